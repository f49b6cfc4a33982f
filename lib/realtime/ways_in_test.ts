import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { handshake } from "../testing/raw_socket.ts";
import { createWorld, SECRET, type World } from "../testing/world.ts";

/** Tries to get in and says what became of it. */
async function attempt(world: World, headers: Record<string, string | null>) {
  const answer = await handshake(await world.origin(), headers);
  answer.conn.close();
  const { status, body } = answer;
  return { status, code: status === 101 ? null : JSON.parse(body).error.code as string };
}
const refused = (status: number, code: string) => ({ status, code });
const upgraded = { status: 101, code: null };

Deno.test("a cookie opens a socket from the app's own pages only", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const cookie = `skilllink_session=${ada.cookie}`;
  const own = await world.origin();
  assert.deepEqual(await attempt(world, { cookie, origin: own }), upgraded);
  assert.deepEqual(await attempt(world, { cookie }), refused(403, "forbidden"));
  const foreign = { cookie, origin: "https://evil.example" };
  assert.deepEqual(await attempt(world, foreign), refused(403, "forbidden"));
  const unknown = { cookie: "skilllink_session=nothing", origin: own };
  assert.deepEqual(await attempt(world, unknown), refused(401, "unauthenticated"));
});

Deno.test("a bearer token opens a socket, a bad or expired one does not, nobody does not", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const bearer = (token: string) => attempt(world, { authorization: `Bearer ${token}` });
  assert.deepEqual(await bearer(ada.token), upgraded);
  assert.deepEqual(await bearer("nonsense"), refused(401, "unauthenticated"));
  assert.deepEqual(await attempt(world, {}), refused(401, "unauthenticated"));
  world.clock.jump(400 * 24 * 3600 * 1000);
  assert.deepEqual(await bearer(ada.token), refused(401, "unauthenticated"));
});

Deno.test("a ticket opens one socket, once, within a minute", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const principal = await world.auth.authenticateBearer(ada.token);
  assert.ok(principal.kind === "user");
  const by = (ticket: string) =>
    attempt(world, { "sec-websocket-protocol": `skilllink.v1, ticket.${ticket}` });
  const ticket = await world.auth.createTicket(principal);
  assert.deepEqual(await by(ticket), upgraded);
  assert.deepEqual(await by(ticket), refused(401, "unauthenticated"));
  assert.deepEqual(await by("made-up"), refused(401, "unauthenticated"));
  const late = await world.auth.createTicket(principal);
  world.clock.jump(61_000);
  assert.deepEqual(await by(late), refused(401, "unauthenticated"));
});

Deno.test("the subprotocol is required and answered, and nothing but a handshake is taken", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const authorization = `Bearer ${ada.token}`;
  const good = await handshake(await world.origin(), { authorization });
  assert.equal(good.headers.get("sec-websocket-protocol"), "skilllink.v1");
  good.conn.close();
  for (const protocol of [null, "chat", "skilllink.v2"]) {
    const headers = { authorization, "sec-websocket-protocol": protocol };
    assert.deepEqual(await attempt(world, headers), refused(400, "invalid"));
  }
  for (const missing of ["sec-websocket-key", "upgrade"]) {
    const headers = { authorization, [missing]: null };
    assert.deepEqual(await attempt(world, headers), refused(400, "invalid"), missing);
  }
});

Deno.test("the first frame says who is connected", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const socket = await world.connect(ada);
  const { connectionId, epoch, ...rest } = await socket.wait("connected");
  assert.deepEqual(rest, {
    type: "connected",
    userId: ada.id,
    heartbeatSeconds: 15,
    serverTime: "2026-01-05T09:00:00.000Z",
  });
  assert.ok(connectionId.length > 10);
  assert.match(epoch, /^[0-9a-f-]{36}$/);
  assert.equal(socket.frames[0]?.type, "connected");
});

Deno.test("a host platform's token makes its user a member of the rooms that it names", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const room = await world.rooms.create({ userId: ada.id, role: "admin" }, {
    name: "Cohort",
    memberIds: [],
  });
  const token = await new SignJWT({ sub: "host-7", name: "Hana", rooms: [room.id, "unknown"] })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(Math.floor(world.clock.now() / 1000) + 60)
    .sign(new TextEncoder().encode(SECRET));
  const owner = await world.connect(ada);
  const socket = await world.connect({ token });
  const { conversation } = await socket.wait("conversation");
  assert.equal(conversation.room?.name, "Cohort");
  const joined = await owner.wait("members");
  assert.deepEqual([joined.userIds, joined.joined, joined.memberCount], [["host-7"], true, 2]);
});
