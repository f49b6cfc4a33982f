import assert from "node:assert/strict";
import { silentLogger } from "../shared/logger.ts";
import { createFakeClock, settle } from "../testing/fake_clock.ts";
import { createWorld, principalOf, type TestPerson, type World } from "../testing/world.ts";
import { SocketClient } from "../testing/socket_client.ts";
import { SignInWatch } from "./sign_in_watch.ts";

const DAY = 24 * 3600 * 1000;
/** By when a socket must be closed after its sign-in has ended. */
const WITHIN = 5000;

/** A watch whose sign-ins end when the test says. */
function watched() {
  const clock = createFakeClock();
  const ends = new Map<string, number>();
  let isAway = false;
  let endings = 0;
  const watch = new SignInWatch({
    clock,
    log: silentLogger,
    sessionEndsAt: (id) =>
      isAway
        ? Promise.reject(new Error("the store is away"))
        : Promise.resolve(ends.get(id) ?? null),
  }, () => endings++);
  return {
    clock,
    ends,
    watch,
    away: (away: boolean) => void (isAway = away),
    get endings() {
      return endings;
    },
  };
}

Deno.test("sign-in: its end is told when it comes, and each use puts that off", async () => {
  const world = watched();
  const { clock, ends, watch } = world;
  ends.set("s", clock.now() + 30 * DAY);
  watch.watch("s");
  await clock.advance(20 * DAY);
  ends.set("s", clock.now() + 30 * DAY);
  await clock.advance(30 * DAY - 1);
  assert.equal(world.endings, 0);
  await clock.advance(1);
  assert.equal(world.endings, 1);
  await clock.advance(100 * DAY);
  assert.equal(world.endings, 1);
  assert.equal(clock.waiting, 0);
});

Deno.test("sign-in: one that has ended already is told at once, none never", async () => {
  const world = watched();
  world.watch.watch("over");
  await settle();
  assert.equal(world.endings, 1);
  world.watch.watch(null);
  await settle();
  assert.deepEqual([world.endings, world.clock.waiting], [1, 0]);
});

Deno.test("sign-in: only the last one that is watched counts, and nothing after a stop", async () => {
  const world = watched();
  const { clock, ends, watch } = world;
  ends.set("short", clock.now() + 1000).set("long", clock.now() + 5000);
  watch.watch("over");
  watch.watch("short");
  watch.watch("long");
  await clock.advance(4999);
  assert.equal(world.endings, 0);
  watch.stop();
  await clock.advance(5000);
  assert.deepEqual([world.endings, clock.waiting], [0, 0]);
});

Deno.test("sign-in: a store that is away is asked again", async () => {
  const world = watched();
  const { clock, ends, watch } = world;
  ends.set("s", clock.now() + 1000);
  world.away(true);
  watch.watch("s");
  await clock.advance(60_000);
  assert.equal(world.endings, 0);
  world.away(false);
  await clock.advance(WITHIN);
  assert.equal(world.endings, 1);
});

/** A socket as the app's own pages open it. */
async function byCookie(world: World, person: TestPerson): Promise<SocketClient> {
  const headers = { cookie: `skilllink_session=${person.cookie}`, origin: await world.origin() };
  const socket = await world.socket({ headers });
  await socket.wait("connected");
  await socket.roundTrip();
  return socket;
}

Deno.test("a socket ends within 5 s of a session that nobody has used for thirty days", async () => {
  await using world = await createWorld();
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const [idle, used] = [await byCookie(world, ada), await byCookie(world, bo)];
  world.clock.jump(20 * DAY);
  assert.ok(await world.auth.authenticateCookie(bo.cookie));
  world.clock.jump(10 * DAY - 1);
  await world.clock.advance(0);
  await idle.roundTrip();
  await world.clock.advance(WITHIN);
  assert.equal(await idle.waitForClose(), 4001);
  assert.equal(idle.of("bye")[0]?.code, 4001);
  await used.roundTrip();
  world.clock.jump(20 * DAY);
  await world.clock.advance(WITHIN);
  assert.equal(await used.waitForClose(), 4001);
});

Deno.test("an open socket is no use of its session", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const socket = await byCookie(world, ada);
  for (let day = 0; day < 29; day++) {
    world.clock.jump(DAY);
    await world.clock.advance(0);
    await socket.roundTrip();
  }
  world.clock.jump(DAY);
  await world.clock.advance(WITHIN);
  assert.equal(await socket.waitForClose(), 4001);
});

Deno.test("a session that was revoked on the way to its socket leaves none open", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  // What the route does, with the revocation between the two.
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    await world.auth.revokeSession(ada.id, ada.sessionId);
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "skilllink.v1" });
    world.hub.accept(socket, principalOf(ada));
    return response;
  });
  const client = new SocketClient(`ws://127.0.0.1:${server.addr.port}/`);
  assert.equal(await client.waitForClose(), 4001);
  assert.equal(world.hub.size, 0);
  await server.shutdown();
});
