import assert from "node:assert/strict";
import { ben, cat, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { Refusal } from "../testing/fake_browser.ts";
import { settle } from "../testing/fake_clock.ts";
import type { ConversationModel } from "./types.ts";

const texts = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.content);

Deno.test("R5 after a cut the resume brings what was missed, for what is open and what is not", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(cat, cat, "old");
  const { chat, model } = await openWithBen(world);
  server.say(ben, ben, "one");
  server.network.socket.drop();
  server.store(ben, ben, "two");
  server.store(cat, cat, "new");
  assert.equal(model.connection.state.peek().kind, "waiting");
  await clock.advance(500);
  assert.equal(model.connection.state.peek().kind, "online");
  assert.deepEqual(texts(chat), ["one", "two"]);
  const other = model.chat.conversations.peek().find((c) => c.row.peek().id === "d_cat");
  assert.equal(other?.row.peek().lastMessage?.content, "new");
  assert.equal(other?.unreadCount.peek(), 2);
  const resume = server.network.socket.framesOf("resume")[0];
  assert.deepEqual(resume?.conversations, { d_cat: { seq: 1, rev: 1 }, d_ben: { seq: 1, rev: 1 } });
});

Deno.test("R5 a change that came before `resumed` does not move the place where the next one starts", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const message = server.store(ben, ben, "one");
  await openWithBen(world);
  server.network.socket.drop();
  server.network.onsocket = (socket) => {
    socket.deliver({
      type: "connected",
      userId: "ann",
      connectionId: "x",
      heartbeatSeconds: 15,
      serverTime: "",
      epoch: "e1",
    });
    socket.deliver({
      type: "message.updated",
      conversationId: "d_ben",
      rev: 9,
      message: { ...message, content: "edited" },
    });
  };
  await clock.advance(500);
  server.network.socket.drop();
  await clock.advance(1000);
  assert.equal(server.network.sockets.length, 3);
  assert.deepEqual(server.network.socket.framesOf("resume").at(-1)?.conversations, {
    d_ben: { seq: 1, rev: 1 },
  });
});

Deno.test("R7 a mute counts on every device while it lasts, and ends without being told", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(ben, ben, "one");
  const { model } = world.page();
  model.start();
  await settle();
  const row = () => model.chat.conversations.peek()[0]!.row.peek();
  assert.deepEqual([model.chat.unreadCount.peek(), model.badge.count.peek()], [1, 1]);
  const mutedUntil = new Date(clock.now() + 3_600_000).toISOString();
  server.tell({
    type: "conversation",
    conversation: { ...server.row(ben), muted: true, mutedUntil },
  });
  assert.deepEqual([row().muted, row().mutedUntil], [true, mutedUntil]);
  assert.deepEqual([model.chat.unreadCount.peek(), model.badge.count.peek()], [0, 0]);
  server.say(ben, ben, "two");
  assert.equal(model.badge.count.peek(), 0);
  assert.deepEqual(model.toasts.items.peek(), []);
  await clock.advance(3_500_000);
  assert.equal(row().muted, true);
  await clock.advance(200_000);
  assert.deepEqual([row().muted, row().mutedUntil], [false, undefined]);
  assert.equal(model.badge.count.peek(), 2);
});

Deno.test("a first page of the list that failed is asked for again", async () => {
  const world = createClientWorld();
  const { server, browser } = world;
  const { model } = world.page();
  server.store(ben, ben, "one");
  const answer = browser.routes["GET /api/messages/conversations"]!;
  browser.routes["GET /api/messages/conversations"] = () => {
    throw new TypeError("failed to fetch");
  };
  model.chat.loadMore();
  await settle();
  assert.equal(model.chat.status.peek().kind, "ready");
  model.chat.open("d_nobody");
  await settle();
  assert.equal(model.chat.status.peek().kind, "failed");
  browser.routes["GET /api/messages/conversations"] = answer;
  model.chat.loadMore();
  await settle();
  assert.equal(model.chat.status.peek().kind, "ready");
  assert.deepEqual(model.chat.conversations.peek().map((c) => c.row.peek().id), ["d_ben"]);
});

Deno.test("later conversations that can't be loaded are told, and tried again at the next call", async () => {
  const world = createClientWorld();
  const { server, browser } = world;
  server.store(ben, ben, "one");
  const initial = world.initial();
  const { model } = world.page({
    initial: { ...initial, conversations: { ...initial.conversations, after: "more" } },
  });
  const answer = browser.routes["GET /api/messages/conversations"]!;
  browser.routes["GET /api/messages/conversations"] = () => {
    throw new TypeError("failed to fetch");
  };
  model.chat.loadMore();
  await settle();
  model.chat.loadMore();
  await settle();
  const [toast, ...more] = model.toasts.items.peek();
  assert.equal(toast?.kind === "failure" && toast.what, "load_conversations");
  assert.equal(more.length, 0);
  browser.routes["GET /api/messages/conversations"] = answer;
  model.chat.loadMore();
  await settle();
  assert.equal(model.chat.hasMore.peek(), false);
});

Deno.test("a message of an unknown conversation brings the list up to date, also at the second try", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { model, browser } = world.page();
  const route = browser.routes["GET /api/messages/conversations"];
  model.start();
  await settle();
  delete browser.routes["GET /api/messages/conversations"];
  server.say(ben, ben, "Hi");
  await settle();
  assert.equal(model.chat.conversations.peek().length, 0);
  if (route) browser.routes["GET /api/messages/conversations"] = route;
  await clock.advance(5000);
  assert.equal(model.chat.conversations.peek()[0]?.row.peek().lastMessage?.content, "Hi");
  assert.equal(model.badge.count.peek(), 1);
  assert.equal(browser.titleText, "(1) SkillLink");
  assert.equal(browser.badge, 1);
});

Deno.test("R4 a message that comes while the list is being read is not lost", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, browser } = world.page();
  model.start();
  await settle();
  const route = browser.routes["GET /api/messages/conversations"];
  assert.ok(route);
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  browser.routes["GET /api/messages/conversations"] = async (...request) => {
    // The first answer is made before the second message and arrives after it.
    const answer = await route(...request);
    if (asked++ === 0) await gate.promise;
    return answer;
  };
  server.say(ben, ben, "one");
  await settle();
  server.say(ben, ben, "two");
  await settle();
  gate.resolve();
  await settle();
  const row = model.chat.conversations.peek()[0]?.row.peek();
  assert.equal(row?.lastMessage?.content, "two");
  assert.equal(row.unreadCount, 2);
  assert.equal(asked, 2);
});

Deno.test("a toast is for what is not on the screen", async () => {
  const world = createClientWorld();
  const { server } = world;
  server.store(cat, cat, "before");
  const { model, browser } = await openWithBen(world);
  server.say(ben, ben, "open");
  assert.equal(model.toasts.items.peek().length, 0);
  server.say(cat, cat, "elsewhere");
  assert.equal(model.toasts.items.peek()[0]?.kind, "message");
  browser.isVisible = false;
  server.say(cat, cat, "nobody looks");
  assert.equal(model.toasts.items.peek().length, 1);
});

Deno.test("a toast goes once its conversation is opened", async () => {
  const world = createClientWorld();
  const { server } = world;
  server.store(cat, cat, "before");
  const { model } = await openWithBen(world);
  model.toasts.show({ kind: "text", text: "stays" });
  server.say(cat, cat, "elsewhere");
  const kinds = () => model.toasts.items.peek().map(({ kind }) => kind);
  assert.deepEqual(kinds(), ["text", "message"]);
  model.chat.open("d_cat");
  assert.deepEqual(kinds(), ["text"]);
});

Deno.test("the order of the list stands still while it is held", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(ben, ben, "1");
  await clock.advance(1000);
  server.store(cat, cat, "1");
  const { model } = world.page();
  model.start();
  await settle();
  const order = () => model.chat.conversations.value.map((c) => c.row.peek().partner?.id);
  assert.deepEqual(order(), ["cat", "ben"]);
  model.chat.holdOrder.value = true;
  await clock.advance(1000);
  server.say(ben, ben, "2");
  assert.deepEqual(order(), ["cat", "ben"]);
  model.chat.holdOrder.value = false;
  assert.deepEqual(order(), ["ben", "cat"]);
});

Deno.test("a room that was just made is on top before anybody has written", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(ben, ben, "1");
  const { model } = world.page();
  model.start();
  await settle();
  await clock.advance(1000);
  const createdAt = new Date(clock.now()).toISOString();
  const room = { id: "r_new", name: "New", memberCount: 2, createdAt };
  const { partner: _, ...row } = server.row(ben);
  const empty = { lastMessage: null, unreadCount: 0, seq: 0, readSeq: 0 };
  server.tell({
    type: "conversation",
    conversation: { ...row, ...empty, id: room.id, kind: "room", room },
  });
  assert.deepEqual(model.chat.conversations.value.map((c) => c.row.peek().id), ["r_new", "d_ben"]);
});

Deno.test("opening what is not in the list looks for it, and says when it is not there", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model } = world.page({ initial: world.initial() });
  model.start();
  await settle();
  server.store(ben, ben, "Hi");
  const chat = model.chat.open("d_ben");
  await settle();
  assert.equal(chat.row.peek().partner?.name, "Ben");
  assert.deepEqual(texts(chat), ["Hi"]);
  const none = model.chat.open("d_nobody");
  await settle();
  const status = none.status.peek();
  assert.equal(status.kind === "failed" && status.failure.code, "not_found");
});

Deno.test("a conversation that one is put into shows up; one that one is out of goes", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { chat, model } = await openWithBen(world);
  server.store(cat, cat, "Hi");
  server.tell({ type: "conversation", conversation: server.row(cat) });
  assert.equal(model.chat.conversations.value.length, 2);
  server.tell({ type: "conversation.removed", conversationId: "d_ben" });
  assert.deepEqual(model.chat.conversations.value.map((c) => c.row.peek().id), ["d_cat"]);
  const status = chat.status.peek();
  assert.equal(status.kind === "failed" && status.failure.code, "not_found");
});

const cohort = {
  id: "r_1",
  kind: "room" as const,
  room: { id: "r_1", name: "Cohort", memberCount: 3, createdAt: "2026-01-01T00:00:00.000Z" },
  lastMessage: null,
  unreadCount: 0,
  seq: 0,
  readSeq: 0,
  muted: false,
  rev: 1,
};

Deno.test("who is taken out of a room is told; who leaves, or is told twice, is not", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, browser } = await openWithBen(world);
  const toasts = () => model.toasts.items.peek().map(({ kind }) => kind);
  server.tell({ type: "conversation", conversation: cohort });
  const room = model.chat.open("r_1");
  // With the pointer in the list its order stands still; what is gone goes all the same.
  model.chat.holdOrder.value = true;
  assert.ok(model.chat.conversations.peek().includes(room));
  server.tell({ type: "conversation.removed", conversationId: "r_1" });
  assert.deepEqual(toasts(), ["removed"]);
  assert.equal(model.chat.conversations.peek().includes(room), false);
  assert.equal(room.status.peek().kind, "failed");
  server.tell({ type: "conversation.removed", conversationId: "r_1" });
  assert.deepEqual(toasts(), ["removed"]);

  server.tell({ type: "conversation", conversation: { ...cohort, rev: 2 } });
  const again = model.chat.current.peek();
  assert.ok(again && again !== room, "back in the room that is on the screen");
  browser.routes["DELETE /api/rooms/r_1/members/ann"] = () => {
    throw new Refusal("conflict", 409);
  };
  assert.equal(await model.chat.leaveRoom(again), false);
  assert.ok(model.chat.conversations.peek().includes(again));
  browser.routes["DELETE /api/rooms/r_1/members/ann"] = () => undefined;
  assert.equal(await model.chat.leaveRoom(again), true);
  server.tell({ type: "conversation.removed", conversationId: "r_1" });
  assert.equal(model.chat.conversations.peek().length, 1);
  assert.deepEqual(toasts(), ["removed"]);
});

Deno.test("a room says when its members change, by a frame or by a row that was missed", async () => {
  const world = createClientWorld();
  const { model } = await openWithBen(world);
  const { server } = world;
  server.tell({ type: "conversation", conversation: cohort });
  const room = model.chat.open("r_1");
  const before = room.membership.peek();
  const change = { conversationId: "r_1", joined: true, userIds: ["cat"] };
  server.tell({ type: "members", ...change, rev: 2, memberCount: 4 });
  assert.equal(room.membership.peek(), before + 1);
  const { room: known } = cohort;
  server.tell({
    type: "resumed",
    conversations: [{ ...cohort, rev: 3, room: { ...known, memberCount: 5 } }],
    reset: [],
  });
  assert.equal(room.membership.peek(), before + 2);
});
