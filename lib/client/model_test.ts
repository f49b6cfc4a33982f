import assert from "node:assert/strict";
import fc from "fast-check";
import type { Message } from "../shared/message_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { ann, ben, cat, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { createFakeBrowser, Refusal } from "../testing/fake_browser.ts";
import { settle } from "../testing/fake_clock.ts";
import { createLocalStore } from "./local_store.ts";
import { createModel, draftConversation, getModel } from "./model.ts";
import type { ConversationModel } from "./types.ts";

const texts = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.content);
const states = (chat: ConversationModel) => chat.messages.peek().map((v) => v.state);
const seqs = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.seq);
const upTo = (head: number) => Array.from({ length: head }, (_, i) => i + 1);

Deno.test("a message shows at once as sending, once when stored, and keeps its key", async () => {
  const { server, ...world } = createClientWorld();
  const { chat } = await openWithBen({ ...world, server });
  chat.draft.value = "  Hello  ";
  server.answers = false;
  assert.equal(chat.send(), "ok");
  assert.deepEqual(texts(chat), ["Hello"]);
  assert.deepEqual(states(chat), ["sending"]);
  assert.equal(chat.draft.peek(), "");
  const key = chat.messages.peek()[0]?.key;
  await settle();
  const message = server.conversation(ben).messages[0];
  assert.ok(message);
  server.tell({ type: "ack", clientId: message.clientId, message });
  assert.deepEqual(states(chat), ["sent"]);
  assert.equal(chat.messages.peek()[0]?.key, key);
  server.tell(server.messageFrame(ben, message));
  assert.deepEqual(seqs(chat), [1]);
});

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

Deno.test("an own message ahead of a gap keeps its bubble", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { chat } = await openWithBen(world);
  server.network.socket.onframe = () => {};
  server.store(ben, ben, "missed");
  chat.send("mine");
  await settle();
  const clientId = chat.messages.peek()[0]?.message.clientId ?? "";
  const message = server.store(ben, ann, "mine", clientId);
  server.tell({ type: "ack", clientId, message });
  assert.deepEqual(texts(chat), ["mine"]);
  server.tell({
    type: "history",
    conversationId: "d_ben",
    messages: server.conversation(ben).messages.slice(0, 1),
  });
  assert.deepEqual(texts(chat), ["missed", "mine"]);
});

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

Deno.test("offline: what is written waits in order, and goes out once when the network is back", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { chat, browser, model } = await openWithBen(world);
  server.network.up = false;
  browser.isUp = false;
  server.network.socket.drop();
  browser.fire("network");
  for (const text of ["one", "two", "three"]) assert.equal(chat.send(text), "ok");
  await clock.advance(60_000);
  assert.deepEqual(states(chat), ["sending", "sending", "sending"]);
  assert.equal(model.connection.state.peek().kind, "offline");
  assert.deepEqual(model.connection.banner.peek(), { kind: "reconnecting", offline: true });
  server.network.up = true;
  browser.isUp = true;
  browser.fire("network");
  await settle();
  assert.deepEqual(server.conversation(ben).messages.map((m) => m.content), [
    "one",
    "two",
    "three",
  ]);
  assert.deepEqual(states(chat), ["sent", "sent", "sent"]);
  assert.deepEqual(model.connection.banner.peek(), { kind: "back" });
  await clock.advance(3000);
  assert.deepEqual(model.connection.banner.peek(), { kind: "none" });
  assert.equal(model.chat.unsentCount.peek(), 0);
});

Deno.test("R3 an answer that was lost, and a reload, make no second message", async () => {
  const world = createClientWorld();
  const { server } = world;
  const first = await openWithBen(world);
  server.answers = false;
  first.chat.send("once");
  await settle();
  server.network.socket.drop();
  first.browser.fire("freeze");
  server.answers = true;
  // The page is rendered with the stored message, and the outbox still has it.
  const { chat, model } = await openWithBen(world);
  assert.deepEqual(texts(chat), ["once"]);
  await settle();
  assert.deepEqual(texts(chat), ["once"]);
  assert.deepEqual(states(chat), ["sent"]);
  assert.equal(server.conversation(ben).messages.length, 1);
  assert.equal(model.chat.unsentCount.peek(), 0);
  assert.deepEqual(await world.store.listOutbox(), []);
});

Deno.test("a reload keeps what was not sent, with the state that it had, and the draft", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const first = await openWithBen(world);
  server.refusal = "forbidden";
  first.chat.send("refused");
  await settle();
  assert.deepEqual(states(first.chat), ["failed"]);
  server.network.up = false;
  server.network.socket.drop();
  first.chat.send("waits");
  first.chat.draft.value = "half a thou";
  first.browser.fire("leave");
  first.browser.fire("freeze");
  server.refusal = null;
  const { chat } = await openWithBen(world);
  assert.deepEqual(texts(chat), ["refused", "waits"]);
  assert.deepEqual(states(chat), ["failed", "sending"]);
  assert.equal(chat.messages.peek()[0]?.failure, "forbidden");
  assert.equal(chat.draft.peek(), "half a thou");
  server.network.up = true;
  await clock.advance(1000);
  assert.deepEqual(server.conversation(ben).messages.map((m) => m.content), ["waits"]);
  const failed = chat.messages.peek().find((v) => v.state === "failed");
  chat.retry(failed?.key ?? "");
  await settle();
  assert.deepEqual(texts(chat), ["waits", "refused"]);
  assert.deepEqual(states(chat), ["sent", "sent"]);
});

Deno.test("a refusal that may pass is tried again in order; one for good fails, and can be discarded", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { chat } = await openWithBen(world);
  server.refusal = "rate_limited";
  chat.send("one");
  chat.send("two");
  await settle();
  assert.deepEqual(states(chat), ["sending", "sending"]);
  server.refusal = null;
  await clock.advance(1000);
  assert.deepEqual(server.conversation(ben).messages.map((m) => m.content), ["one", "two"]);
  server.refusal = "not_found";
  chat.send("three");
  await settle();
  assert.deepEqual(states(chat).at(-1), "failed");
  assert.deepEqual(chat.preview.peek(), { kind: "failed" });
  chat.discard(chat.messages.peek().at(-1)?.key ?? "");
  assert.deepEqual(texts(chat), ["one", "two"]);
});

Deno.test("what can't be sent is refused before it is shown", async () => {
  const { chat } = await openWithBen(createClientWorld());
  assert.equal(chat.send("   "), "invalid");
  assert.equal(chat.send("x".repeat(5001)), "invalid");
  assert.equal(chat.send("x".repeat(5000)), "ok");
});

Deno.test("R10 200 messages wait at most; one more stays with the person", async () => {
  const world = createClientWorld();
  const { chat } = await openWithBen(world);
  world.server.network.up = false;
  world.server.network.socket.drop();
  for (let i = 0; i < 200; i++) assert.equal(chat.send(`${i}`), "ok");
  chat.draft.value = "kept";
  assert.equal(chat.send(), "full");
  assert.equal(chat.draft.peek(), "kept");
});

Deno.test("the first message to somebody makes the conversation, under the same key", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model } = world.page();
  model.start();
  await settle();
  const chat = model.chat.openWith(ben);
  assert.equal(chat.status.peek().kind, "ready");
  assert.equal(model.chat.conversations.peek().length, 0);
  server.conversation(ben);
  chat.send("Hello");
  await settle();
  assert.equal(chat.row.peek().id, "d_ben");
  assert.deepEqual(states(chat), ["sent"]);
  assert.deepEqual(model.chat.conversations.peek(), [chat]);
  assert.equal(model.chat.open("d_ben"), chat);
  server.say(ben, ben, "Hi");
  assert.deepEqual(texts(chat), ["Hello", "Hi"]);
  assert.equal(draftConversation(ben).id, "ben");
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

Deno.test("a revoked session signs out with the way back; drafts and unsent messages stay", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, chat } = await openWithBen(world);
  server.answers = false;
  chat.send("unsent");
  await settle();
  server.network.socket.drop(4001);
  assert.deepEqual(model.connection.state.peek(), {
    kind: "signed_out",
    reason: "ended",
    returnTo: "/chat/d_ben?x=1",
  });
  assert.equal(model.me.peek(), null);
  assert.equal((await world.store.listOutbox()).length, 1);
});

Deno.test("a 401 over HTTP ends the connection too; a refused handshake is looked into that way", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const { model, browser } = await openWithBen(world);
  browser.routes["GET /api/users/me"] = () => {
    throw new Refusal("unauthenticated", 401);
  };
  server.network.up = false;
  server.network.socket.drop();
  await clock.advance(5000);
  assert.equal(model.connection.state.peek().kind, "signed_out");
});

Deno.test("signing out forgets this browser's drafts and unsent messages; a failure changes nothing", async () => {
  const world = createClientWorld();
  const { server } = world;
  const { model, chat, browser } = await openWithBen(world);
  server.answers = false;
  chat.send("unsent");
  await settle();
  assert.equal(await model.signOut(), false);
  assert.equal(model.toasts.items.peek()[0]?.kind, "failure");
  assert.equal(model.connection.state.peek().kind, "online");
  browser.routes["POST /api/auth/logout"] = () => undefined;
  assert.equal(await model.signOut(), true);
  const state = model.connection.state.peek();
  assert.equal(state.kind === "signed_out" && state.reason, "left");
  assert.equal(server.network.socket.closedByClient, 1000);
  assert.deepEqual(await world.store.listOutbox(), []);
});

Deno.test("two tabs: what one sends shows in the other, and a closed tab's rest goes out once", async () => {
  const world = createClientWorld();
  const { server, clock } = world;
  const first = await openWithBen(world);
  server.network.up = false;
  server.network.socket.drop();
  first.chat.send("from the closed tab");
  first.browser.fire("freeze");
  server.network.up = true;
  const second = await openWithBen(world);
  const third = await openWithBen(world);
  await clock.advance(6000);
  assert.equal(server.conversation(ben).messages.length, 1);
  assert.equal(second.model.chat.unsentCount.peek(), 0);
  assert.deepEqual(texts(third.chat), ["from the closed tab"]);
});

Deno.test("on the server each rendering has its own model, which touches nothing", () => {
  const world = createClientWorld();
  world.server.store(ben, ben, "Hi");
  const initial = world.initial(ben);
  const model = getModel(initial);
  assert.equal(getModel(initial), model);
  assert.notEqual(getModel(world.initial(ben)), model);
  const chat = model.chat.current.peek();
  assert.deepEqual(chat && texts(chat), ["Hi"]);
  assert.equal(chat?.dividerSeq.peek(), 1);
  assert.equal(model.badge.title.peek(), "(1) SkillLink");
  assert.equal(model.now.peek(), Date.parse(initial.renderedAt));
});

Deno.test("nobody signed in: nothing connects", async () => {
  const world = createClientWorld();
  const { model } = world.page({ initial: { ...world.initial(), me: null } });
  model.start();
  await settle();
  assert.equal(world.server.network.sockets.length, 0);
});

/** What may happen on the wire, in any order. */
type Happening =
  | { kind: "send" | "say" | "store" | "lose" | "cut" | "recover" }
  | { kind: "repeat"; which: number }
  | { kind: "wait"; ms: number };

Deno.test("R2 R3 R4 R5 any interleaving of acks, messages, repeats, losses and cuts renders 1..head once, in order", async () => {
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("send" as const, "say" as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "store" as const,
          "lose" as const,
          "cut" as const,
          "recover" as const,
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("repeat" as const), which: fc.nat(50) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3000) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const world = createClientWorld(createLocalStore("memory"));
      const { server, clock } = world;
      const { chat, browser } = await openWithBen(world);
      const frames: ServerFrame[] = [];
      const tell = (frame: ServerFrame) => {
        frames.push(frame);
        server.tell(frame);
      };
      let sent = 0;
      const shownOnce = () => {
        const views = chat.messages.peek();
        assert.equal(new Set(views.map(({ key }) => key)).size, views.length, "nothing twice");
        const stored = views.map(({ message }) => message.seq).filter((seq) => seq > 0);
        assert.deepEqual(stored, [...stored].sort((a, b) => a - b), "in order");
      };
      for (const what of happenings) {
        switch (what.kind) {
          case "send":
            chat.send(`mine ${++sent}`);
            break;
          case "say": {
            const message = server.store(ben, ben, "theirs");
            tell(server.messageFrame(ben, message));
            break;
          }
          case "store":
            server.store(ben, ben, "lost on the way");
            break;
          case "lose":
            server.answers = false;
            break;
          case "cut":
            server.network.socket.drop();
            server.answers = true;
            break;
          case "recover":
            server.answers = true;
            await clock.advance(21_000);
            break;
          case "repeat": {
            const stored: Message[] = server.conversation(ben).messages;
            const message = stored[what.which % Math.max(1, stored.length)];
            if (!message) break;
            const { clientId } = message;
            if (what.which % 2 && message.senderId === "ann") {
              tell({ type: "ack", clientId, message });
            } else tell({ type: "message", message, rev: message.seq });
            break;
          }
          case "wait":
            await clock.advance(what.ms);
        }
        shownOnce();
        // Enough for what is only promises here; the clock's own steps let everything settle.
        for (let i = 0; i < 30; i++) await Promise.resolve();
        shownOnce();
      }
      server.answers = true;
      server.network.socket.drop();
      browser.fire("network");
      await clock.advance(60_000);
      const { messages } = server.conversation(ben);
      assert.deepEqual(seqs(chat), upTo(messages.length));
      assert.deepEqual(
        messages.filter((m) => m.senderId === "ann").map((m) => m.content),
        upTo(sent).map((n) => `mine ${n}`),
      );
    }),
    { numRuns: 40 },
  );
});

Deno.test("a model needs no browser beyond the one that it is given", () => {
  const world = createClientWorld();
  const model = createModel(world.initial(), { browser: createFakeBrowser(world.server.network) });
  assert.equal(model.connection.state.peek().kind, "idle");
});
