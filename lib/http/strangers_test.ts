/**
 * R8: who is not in something can't tell it from what is not there. Every row of the contract and every
 * frame of the socket has a case here, or the reason why it needs none.
 */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { clientFrameSchema } from "../shared/protocol.ts";
import { ask, type Asking } from "../testing/ask.ts";
import { createWorld, SECRET, type TestPerson, type World } from "../testing/world.ts";
import { contract } from "./contract/mod.ts";

/** Ids of things that are not the stranger's, and ids in the same form that nobody has. */
interface Things {
  conversation: string;
  room: string;
  message: string;
  session: string;
  key: string;
  notification: string;
  scheduled: string;
  device: string;
  endpoint: string;
  person: string;
}

interface School {
  world: World;
  theirs: Things;
  /** The stranger's own conversation and id: what they may name beside the ids that are tried. */
  own: { conversation: string; id: string };
}

/** Things by which a call is tried one after another, and the call with one of them. */
interface Tried {
  by: (keyof Things)[];
  call(
    id: string,
    school: School,
    thing: keyof Things,
  ): { path?: Record<string, string> } & Pick<Asking, "body">;
}

/** `none`: why a row names nothing that could be somebody else's. */
type Case = Tried | { none: string };

const inPath = (...by: (keyof Things)[]): Tried => ({ by, call: (id) => ({ path: { id } }) });
const nothing: Case = { none: "it takes no id and answers with what is the caller's own" };
const everybodys: Case = { none: "it takes no id and answers everybody the same" };
const account: Case = { none: "it is what makes somebody out of a stranger" };

const rows: Record<string, Case> = {
  "POST /api/auth/register": account,
  "POST /api/auth/login": account,
  "POST /api/auth/logout": nothing,
  "GET /api/auth/sessions": nothing,
  "DELETE /api/auth/sessions/{id}": inPath("session"),
  "POST /api/socket/ticket": nothing,
  "POST /api/keys": nothing,
  "GET /api/keys": nothing,
  "DELETE /api/keys/{id}": inPath("key"),
  "GET /api/users/me": nothing,
  "PATCH /api/users/me": nothing,
  "GET /api/users": { none: "everybody may find everybody" },
  "POST /api/messages": {
    by: ["conversation", "room", "message"],
    call: (id, { own }, thing) =>
      thing === "message"
        ? { body: { conversationId: own.conversation, content: "let me in", replyTo: id } }
        : { body: { conversationId: id, content: "let me in" } },
  },
  "GET /api/messages/conversations": nothing,
  "GET /api/messages/conversation/{id}": inPath("conversation", "room"),
  "PUT /api/messages/read/{id}": inPath("conversation", "room"),
  "POST /api/rooms": { none: "it names people alone, whom everybody may find" },
  "GET /api/rooms": nothing,
  "GET /api/rooms/{id}": inPath("room", "conversation"),
  "PUT /api/rooms/{id}/members/{userId}": {
    by: ["room", "conversation"],
    call: (id, { own }) => ({ path: { id, userId: own.id } }),
  },
  "DELETE /api/rooms/{id}/members/{userId}": {
    by: ["room", "conversation"],
    call: (id, { theirs }) => ({ path: { id, userId: theirs.person } }),
  },
  "POST /api/notifications": {
    by: ["room", "conversation"],
    call: (room) => ({ body: { to: { room }, type: "news", title: "News", message: "None" } }),
  },
  "DELETE /api/notifications/{id}": inPath("scheduled", "notification"),
  "GET /api/notifications/{id}/trace": inPath("notification", "scheduled"),
  "GET /api/notifications": nothing,
  "PUT /api/notifications/{id}/read": inPath("notification", "scheduled"),
  "PUT /api/notifications/read-all": nothing,
  "PUT /api/notifications/{id}/archive": inPath("notification", "scheduled"),
  "PUT /api/notifications/{id}/snooze": {
    by: ["notification", "scheduled"],
    call: (id, { world }) => ({
      path: { id },
      body: { until: new Date(world.clock.now() + 60_000).toISOString() },
    }),
  },
  "PUT /api/notifications/seen": nothing,
  "GET /api/notifications/vapid-key": everybodys,
  "POST /api/notifications/subscribe": {
    none: "an endpoint belongs to the browser that names it, whoever had it before (P15)",
  },
  "DELETE /api/notifications/subscribe": {
    by: ["endpoint"],
    call: (endpoint) => ({ body: { endpoint } }),
  },
  "GET /api/notifications/devices": nothing,
  "DELETE /api/notifications/devices/{id}": inPath("device"),
  "PATCH /api/notifications/devices/{id}": {
    by: ["device"],
    call: (id) => ({ path: { id }, body: { enabled: false } }),
  },
  "POST /api/admin/vapid/rotate": { none: "it names the site's own key, which is public" },
  "GET /api/admin/push": { none: "it is the site's own, and admins alone get it" },
  "PUT /api/admin/push": { none: "it is the site's own, and admins alone change it" },
  "GET /api/notifications/doctor": nothing,
  "POST /api/notifications/test": nothing,
  "GET /api/notifications/preferences": nothing,
  "PUT /api/notifications/preferences": {
    none: "it names categories alone, which are everybody's",
  },
  "GET /api/notifications/categories": everybodys,
  "PUT /api/notifications/categories": { none: "it names categories alone, which are everybody's" },
  "GET /api/health": everybodys,
  "GET /api/ready": everybodys,
  "GET /api/openapi.json": everybodys,
  "GET /api/socket": { none: "it opens a socket for whoever is signed in, or for nobody" },
};

/** Frames that a stranger sends about one conversation; `none` as above. */
const frames: Record<string, ((id: string, school: School) => unknown[]) | { none: string }> = {
  send: (conversationId, { own, theirs }) => [
    { type: "send", clientId: "s1", conversationId, content: "let me in" },
    {
      type: "send",
      clientId: "s2",
      conversationId: own.conversation,
      content: "what did they say?",
      replyTo: conversationId === theirs.conversation ? theirs.message : unknown.message,
    },
  ],
  read: (conversationId) => [{ type: "read", conversationId, upTo: 1 }],
  typing: (conversationId) => [{ type: "typing", conversationId, on: true }],
  history: (conversationId) => [{ type: "history", conversationId, after: 0, upTo: 9 }],
  resume: (id) => [
    { type: "resume", conversations: { [id]: { seq: 0, rev: 0 } }, notifications: 0 },
  ],
  refresh: { none: "it names a token alone, and the user can't change" },
  visibility: { none: "it names nothing" },
  ping: { none: "it names nothing" },
};

/** In the form of the true ones. */
const unknown: Things = {
  conversation: "d_0000000000000000000000",
  room: "r_0000000000000000000000",
  message: "m_0000000000000000000000",
  session: "s_0000000000000000000000",
  key: "k_0000000000000000000000",
  notification: "n_0000000000000000000000",
  scheduled: "n_1111111111111111111111",
  device: "dev_00000000000000000000",
  endpoint: "https://fcm.googleapis.com/fcm/send/nobody",
  person: "u_0000000000000000000000",
};

async function createSchool() {
  let now = Date.now;
  const fixture = new PushFixture(() => now());
  const world = await createWorld({ pushOrigin: fixture.origin });
  now = world.clock.now;
  const admin = await world.person("Root", "admin");
  const [ann, ben, eve] = [
    await world.person("Ann"),
    await world.person("Ben"),
    await world.person("Eve"),
  ];
  const post = async (path: string, body: unknown, by: TestPerson = admin) => {
    const { status, json } = await ask(world, "POST", path, { by, body });
    assert.ok(status < 300, JSON.stringify(json));
    return json.data;
  };
  const { message } = await world.chat.send(ann.id, { receiverId: ben.id, content: "secret" });
  const notice = { to: { userId: ann.id }, type: "news", title: "Secret", message: "Secret" };
  await post("/api/notifications", notice);
  const list = await ask(world, "GET", "/api/notifications", { by: ann });
  const sendAt = new Date(world.clock.now() + 3_600_000).toISOString();
  const { body } = fixture.subscribe();
  const theirs: Things = {
    conversation: message.conversationId,
    room: (await post("/api/rooms", { name: "Cohort", memberIds: [ann.id, ben.id] })).id,
    message: message.id,
    session: ann.sessionId,
    key: (await world.services.apiKeys.create(admin.id, { name: "k", scopes: ["admin"] })).info.id,
    notification: list.json.data[0].id,
    scheduled: (await post("/api/notifications", { ...notice, sendAt })).id,
    device: (await post("/api/notifications/subscribe", body, ann)).deviceId,
    endpoint: body.endpoint,
    person: ben.id,
  };
  const { id } = eve;
  const greeting = await world.chat.send(id, { receiverId: admin.id, content: "Hello" });
  const own = { id, conversation: greeting.message.conversationId };
  const instructor = await new SignJWT({ sub: "ira", name: "Ira", role: "instructor" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(Math.floor(world.clock.now() / 1000) + 3600)
    .sign(new TextEncoder().encode(SECRET));
  const school: School = { world, theirs, own };
  return {
    ...school,
    school,
    ann,
    eve,
    /** Everybody who is signed in and not in it, by what they may do elsewhere. */
    strangers: { member: eve, instructor: { token: instructor } },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

Deno.test("R8 each row of the contract and each frame has a case here, or a reason to have none", () => {
  const names = contract.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(Object.keys(rows).sort(), names.sort());
  const types = clientFrameSchema.options.map(({ shape }) => shape.type.value);
  assert.deepEqual(Object.keys(frames).sort(), [...types].sort());
  for (const { method, path } of contract) {
    if (path.includes("{")) assert.ok("by" in rows[`${method} ${path}`]!, `${method} ${path}`);
  }
});

Deno.test("R8 over REST a stranger gets the same answer for what is there and what is not", async () => {
  await using school = await createSchool();
  const { world, theirs, strangers } = school;
  for (const { method, path } of contract) {
    const tried = rows[`${method} ${path}`];
    if (!tried || "none" in tried) continue;
    for (const [role, by] of Object.entries(strangers)) {
      for (const thing of tried.by) {
        const answerFor = async (id: string) => {
          const { path: values = {}, body } = tried.call(id, school.school, thing);
          const at = path.replace(
            /\{(\w+)\}/g,
            (_, name) => encodeURIComponent(values[name] ?? ""),
          );
          const { status, json } = await ask(world, method, at, { by, body });
          const { requestId: _, ...error } = json?.error ?? {};
          return { status, told: JSON.stringify({ ...json, error }).replaceAll(id, "ID") };
        };
        const there = await answerFor(theirs[thing]);
        const what: string = `${method} ${path} of a ${thing} by a ${role}`;
        assert.deepEqual(there, await answerFor(unknown[thing]), what);
        // Taking no more pushes at an endpoint is done for whoever has none there.
        assert.ok(there.status >= 400 || thing === "endpoint", `${what} is done`);
      }
    }
  }
  // What can't be an id names nothing.
  for (const { method, path, access } of contract) {
    if (!path.includes("{") || (access.kind === "role" && access.roles.length === 1)) continue;
    const at = path.replaceAll(/\{\w+\}/g, "%00");
    const { status } = await ask(world, method, at, { by: strangers.instructor });
    assert.equal(status, 404, `${method} ${at}`);
  }
  // And nothing of it was done.
  const room = await ask(world, "GET", `/api/rooms/${theirs.room}`, { by: school.ann });
  assert.equal(room.json.data.members.length, 3);
  for (const [path, count] of [["devices", 1], ["", 1]] as const) {
    const { json } = await ask(world, "GET", `/api/notifications/${path}`.replace(/\/$/, ""), {
      by: school.ann,
    });
    assert.equal(json.data.length, count, path);
    if (path === "") assert.equal(json.data[0].readAt, null);
  }
  const { messages } = await world.chat.history(school.ann.id, theirs.conversation, { limit: 9 });
  assert.deepEqual(messages.map(({ content, read }) => [content, read]), [["secret", false]]);
});

Deno.test("R8 on the socket a stranger learns nothing from any frame, and nobody hears of it", async () => {
  await using school = await createSchool();
  const { world, theirs, eve, ann } = school;
  const insider = await world.connect(ann);
  const heard = insider.frames.length;
  for (const [type, make] of Object.entries(frames)) {
    if (typeof make !== "function") continue;
    const answers: string[] = [];
    for (const id of [theirs.conversation, theirs.room, unknown.conversation, unknown.room]) {
      const socket = await world.connect(eve);
      const before = socket.frames.length;
      for (const [nth, frame] of make(id, school.school).entries()) {
        socket.send(frame);
        await socket.waitFor(type === "resume" ? "resumed" : "error", nth + 1);
        await socket.roundTrip();
      }
      const told = socket.frames.slice(before).filter((frame) => frame.type !== "pong");
      answers.push(JSON.stringify(told).replaceAll(id, "ID"));
      await socket.close();
    }
    assert.equal(new Set(answers).size, 1, `${type}: ${answers.join("\n")}`);
    assert.match(
      answers[0] ?? "",
      type === "resume" ? /"resumed"/ : /"code":"(not_found|invalid)"/,
    );
  }
  await insider.roundTrip();
  const after = insider.frames.slice(heard).filter(({ type }) => type !== "pong");
  assert.deepEqual(after, [], "somebody inside heard of it");
});
