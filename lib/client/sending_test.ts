/** What one sends: shown at once, stored once, in order, whatever happens on the way. */
import assert from "node:assert/strict";
import { ann, ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { settle } from "../testing/fake_clock.ts";
import { draftConversation } from "./model.ts";
import type { ConversationModel } from "./types.ts";

const texts = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.content);
const states = (chat: ConversationModel) => chat.messages.peek().map((v) => v.state);
const seqs = (chat: ConversationModel) => chat.messages.peek().map((v) => v.message.seq);

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
