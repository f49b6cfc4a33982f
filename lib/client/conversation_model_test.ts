import assert from "node:assert/strict";
import { ann, ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { settle } from "../testing/fake_clock.ts";
import type { ConversationModel } from "./types.ts";

const texts = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.content);
const states = (chat: ConversationModel) => chat.messages.peek().map((v) => v.state);
const seqs = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.seq);
const upTo = (head: number) => Array.from({ length: head }, (_, i) => i + 1);

Deno.test("ticks: delivered once the partner is there, read by a mark or by an answer", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { chat } = await openWithBen(world);
  chat.send("one");
  await settle();
  assert.deepEqual(states(chat), ["sent"]);
  await clock.advance(1000);
  const lastSeenAt = new Date(clock.now()).toISOString();
  server.tell({ type: "presence", userId: "ben", online: false, lastSeenAt });
  assert.deepEqual(states(chat), ["delivered"]);
  server.tell({ type: "read", conversationId: chat.row.peek().id, userId: "ben", upTo: 1 });
  assert.deepEqual(states(chat), ["read"]);
  chat.send("two");
  await settle();
  assert.deepEqual(states(chat), ["read", "sent"]);
  server.say(ben, ben, "sending is reading");
  assert.deepEqual(states(chat), ["read", "read", null]);
});

Deno.test("ticks: what was delivered stays so when the own connection is lost", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { chat } = await openWithBen(world);
  server.tell({ type: "presence", userId: "ben", online: true, lastSeenAt: null });
  chat.send("one");
  await settle();
  assert.deepEqual(states(chat), ["delivered"]);
  await clock.advance(1000);
  server.network.socket.drop();
  assert.deepEqual(states(chat), ["delivered"]);
});

Deno.test("a message that comes ahead is held back until `history` has filled the gap", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { chat } = await openWithBen(world);
  server.say(ben, ben, "1");
  server.store(ben, ben, "2");
  server.store(ben, ben, "3");
  server.answers = false;
  server.say(ben, ben, "4");
  await settle();
  assert.deepEqual(server.network.socket.framesOf("history"), [
    { type: "history", conversationId: "d_ben", after: 1, upTo: 3 },
  ]);
  assert.deepEqual(seqs(chat), [1, 2, 3, 4]);
});

Deno.test("R6 unread is what lies beyond the mark; R7 read elsewhere is read here, its OS notification gone", async () => {
  const world = createClientWorld();
  const { server } = world;
  for (const text of ["1", "2", "3"]) server.store(ben, ben, text);
  const { model, browser } = world.page();
  model.start();
  await settle();
  const chat = model.chat.conversations.peek()[0];
  assert.ok(chat);
  browser.shown = ["message:d_ben", "message:d_cat"];
  assert.equal(chat.unreadCount.peek(), 3);
  server.tell({ type: "read", conversationId: "d_ben", userId: "ann", upTo: 2, unreadCount: 1 });
  assert.equal(chat.unreadCount.peek(), 1);
  assert.deepEqual(browser.shown, ["message:d_ben", "message:d_cat"]);
  server.tell({ type: "read", conversationId: "d_ben", userId: "ann", upTo: 3, unreadCount: 0 });
  assert.equal(chat.unreadCount.peek(), 0);
  assert.deepEqual(browser.shown, ["message:d_cat"]);
  server.tell({ type: "read", conversationId: "d_ben", userId: "ann", upTo: 1, unreadCount: 2 });
  assert.equal(chat.unreadCount.peek(), 0);
});

Deno.test("marking as read tells the server at once, then at most twice a second, and after an outage", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(ben, ben, "1");
  const { chat } = await openWithBen(world);
  chat.markRead();
  await settle();
  for (const text of ["2", "3", "4"]) {
    server.say(ben, ben, text);
    chat.markRead();
  }
  await settle();
  const marks = () => server.network.socket.framesOf("read").map((frame) => frame.upTo);
  assert.deepEqual(marks(), [1]);
  await clock.advance(500);
  assert.deepEqual(marks(), [1, 4]);
  await clock.advance(500);
  server.network.socket.drop();
  server.store(ben, ben, "5");
  chat.markRead(5);
  await clock.advance(500);
  chat.markRead();
  await clock.advance(500);
  assert.equal(server.conversation(ben).readSeq, 5);
});

Deno.test("a mark whose answer was lost is sent again", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(ben, ben, "1");
  const { chat } = await openWithBen(world);
  server.network.socket.onframe = () => {};
  chat.markRead();
  await settle();
  server.network.socket.drop();
  await clock.advance(500);
  assert.equal(server.conversation(ben).readSeq, 1);
});

Deno.test("the New line stands where unread began until one leaves", async () => {
  const world = createClientWorld();
  const { server } = world;
  server.store(ben, ann, "read");
  server.store(ben, ben, "unread");
  const { chat, model, browser } = await openWithBen(world);
  assert.equal(chat.dividerSeq.peek(), 2);
  chat.markRead();
  assert.equal(chat.dividerSeq.peek(), 2);
  model.chat.close();
  model.chat.open("d_ben");
  assert.equal(chat.dividerSeq.peek(), null);
  browser.isVisible = false;
  server.say(ben, ben, "while away");
  server.say(ben, ben, "and more");
  assert.equal(chat.dividerSeq.peek(), 3);
});

Deno.test("typing is told at most every 3 s, ended by a pause, and forgotten 6 s after it was heard", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { chat } = await openWithBen(world);
  const told = () => server.network.socket.framesOf("typing").map(({ on }) => on);
  server.store(ben, ben, "so that it exists");
  server.say(ben, ben, "yes");
  for (const text of ["H", "He", "Hel"]) {
    chat.draft.value = text;
    await clock.advance(1000);
  }
  assert.deepEqual(told(), [true]);
  chat.draft.value = "Hell";
  await clock.advance(4999);
  assert.deepEqual(told(), [true, true]);
  await clock.advance(1);
  assert.deepEqual(told(), [true, true, false]);
  server.tell({ type: "typing", conversationId: "d_ben", userId: "ben", on: true });
  assert.deepEqual(chat.preview.peek(), { kind: "typing", userIds: ["ben"] });
  await clock.advance(5999);
  assert.deepEqual(chat.typing.peek(), ["ben"]);
  await clock.advance(1);
  assert.deepEqual(chat.typing.peek(), []);
});

Deno.test("a draft is kept while one types, and is not shown again once it was sent", async () => {
  const world = createClientWorld();
  const { chat, model } = await openWithBen(world);
  chat.draft.value = "a thought";
  await world.clock.advance(300);
  assert.deepEqual([...await world.store.listDrafts()], [["ben", "a thought"]]);
  model.chat.close();
  assert.deepEqual(chat.preview.peek(), { kind: "draft", text: "a thought" });
  chat.send();
  await settle();
  assert.deepEqual([...await world.store.listDrafts()], []);
});

Deno.test("older pages, a jump into the middle, new ones meanwhile, and back to the end", async () => {
  const world = createClientWorld();
  const { server } = world;
  for (let i = 1; i <= 200; i++) server.store(ben, ben, `${i}`);
  const { chat } = await openWithBen(world);
  assert.equal(seqs(chat)[0], 151);
  chat.loadOlder();
  chat.loadOlder();
  await settle();
  assert.deepEqual(seqs(chat), upTo(200).slice(100));
  chat.jump(20);
  await settle();
  assert.equal(chat.target.peek(), 20);
  assert.ok(seqs(chat).includes(20));
  assert.equal(chat.hasNewer.peek(), true);
  const before = seqs(chat);
  server.say(ben, ben, "201");
  assert.deepEqual(seqs(chat), before);
  chat.loadNewer();
  await settle();
  assert.equal(seqs(chat).length, before.length + 50);
  chat.send("back at the end");
  await settle();
  assert.equal(chat.hasNewer.peek(), false);
  assert.deepEqual(texts(chat).slice(-2), ["201", "back at the end"]);
  assert.equal(new Set(seqs(chat)).size, seqs(chat).length);
});

Deno.test("a gap that is too large to replay is replaced by the newest page", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  server.store(ben, ben, "1");
  const { chat } = await openWithBen(world);
  server.network.onsocket = (socket) => {
    for (let i = 2; i <= 900; i++) server.store(ben, ben, `${i}`);
    socket.deliver({
      type: "connected",
      userId: "ann",
      connectionId: "x",
      heartbeatSeconds: 15,
      serverTime: "",
      epoch: "e1",
    });
    socket.deliver({ type: "resumed", conversations: [server.row(ben)], reset: ["d_ben"] });
  };
  server.network.socket.drop();
  await clock.advance(500);
  assert.deepEqual(seqs(chat), upTo(900).slice(-50));
  assert.equal(chat.hasOlder.peek(), true);
});

Deno.test("edits, deletions and reactions change their message and the row", async () => {
  const world = createClientWorld();
  const { server } = world;
  const message = server.store(ben, ben, "typo");
  const { chat } = await openWithBen(world);
  const at = { conversationId: "d_ben", messageId: message.id, seq: 1 };
  const editedAt = "2026-01-05T10:00:00.000Z";
  server.tell({
    type: "message.updated",
    conversationId: "d_ben",
    rev: 2,
    message: { ...message, content: "fixed", editedAt },
  });
  assert.deepEqual(texts(chat), ["fixed"]);
  assert.equal(chat.row.peek().lastMessage?.content, "fixed");
  server.tell({ type: "reaction", ...at, rev: 3, userId: "ann", emoji: "👍", on: true });
  assert.deepEqual(chat.messages.peek()[0]?.message.reactions, [{ emoji: "👍", userIds: ["ann"] }]);
  server.tell({ type: "message.deleted", ...at, rev: 4, deletedAt: editedAt });
  assert.deepEqual(texts(chat), [""]);
  server.tell(server.messageFrame(ben, message));
  assert.deepEqual(texts(chat), [""]);
});

Deno.test("a message in a room is read once the mark of each other member has reached it", async () => {
  const world = createClientWorld();
  const { server } = world;
  const room = { id: "r_1", name: "Cohort", memberCount: 3, createdAt: "2026-01-01T00:00:00.000Z" };
  const { model } = await openWithBen(world);
  server.tell({
    type: "conversation",
    conversation: {
      id: "r_1",
      kind: "room",
      room,
      lastMessage: null,
      unreadCount: 0,
      seq: 0,
      readSeq: 0,
      muted: false,
      rev: 1,
    },
  });
  const chat = model.chat.open("r_1");
  const at = { conversationId: "r_1", receiverId: undefined };
  const message = { ...server.store(ben, ann, "Hello all"), ...at };
  const state = () => chat.messages.peek()[0]?.state;
  model.chat.openWith(ben);
  world.browser.routes["GET /api/messages/conversation/r_1"] = () => ({
    data: [],
    page: { before: null, after: null },
  });
  model.chat.open("r_1");
  await settle();
  server.tell({ type: "message", message, rev: 2 });
  assert.equal(state(), "sent");
  server.tell({ type: "read", conversationId: "r_1", userId: "ben", upTo: 1 });
  assert.equal(state(), "sent");
  const userIds = ["cat"];
  server.tell({
    type: "members",
    conversationId: "r_1",
    rev: 3,
    joined: false,
    userIds,
    memberCount: 2,
  });
  assert.equal(state(), "read");
  assert.equal(chat.row.peek().room?.memberCount, 2);
});
