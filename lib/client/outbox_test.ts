import assert from "node:assert/strict";
import type { ClientFrame } from "../shared/protocol.ts";
import { createFakeBrowser } from "../testing/fake_browser.ts";
import { createFakeClock, settle } from "../testing/fake_clock.ts";
import { FakeNetwork } from "../testing/fake_socket.ts";
import { createLocalStore } from "./local_store.ts";
import { createOutbox } from "./outbox.ts";

function world() {
  const clock = createFakeClock();
  const locks = new Map<string, Promise<void>>();
  const store = createLocalStore("memory");
  function tab() {
    const warned: number[] = [];
    const sent: Extract<ClientFrame, { type: "send" }>[] = [];
    const browser = createFakeBrowser(new FakeNetwork(), { clock, locks });
    const outbox = createOutbox({
      browser,
      store,
      lock: "outbox",
      onUnkept: () => warned.push(clock.now()),
      send: (frame) => frame.type === "send" && sent.push(frame) > 0,
    });
    const add = (clientId: string, to = "ben") =>
      outbox.add({
        clientId,
        key: to,
        target: { receiverId: to },
        content: clientId,
        replyTo: null,
      });
    return { outbox, add, sent, warned, ids: () => sent.map(({ clientId }) => clientId) };
  }
  return { clock, store, tab };
}

Deno.test("one of a conversation is on its way at a time, conversations don't wait for each other", () => {
  const { outbox, add, ids } = world().tab();
  outbox.online();
  add("a1", "ben");
  add("a2", "ben");
  add("b1", "cat");
  assert.deepEqual(ids(), ["a1", "b1"]);
  outbox.settle("a1");
  assert.deepEqual(ids(), ["a1", "b1", "a2"]);
});

Deno.test("what has no answer is sent again after 20 s, and after a reconnect at once", async () => {
  const { clock, tab } = world();
  const { outbox, add, ids } = tab();
  outbox.online();
  add("a1");
  await clock.advance(19_999);
  assert.deepEqual(ids(), ["a1"]);
  await clock.advance(1);
  assert.deepEqual(ids(), ["a1", "a1"]);
  outbox.lost();
  await clock.advance(60_000);
  assert.equal(ids().length, 2);
  outbox.online();
  assert.equal(ids().length, 3);
});

Deno.test("a refusal that may pass holds the whole conversation back, longer each time", async () => {
  const { clock, tab } = world();
  const { outbox, add, ids } = tab();
  outbox.online();
  add("a1");
  add("a2");
  outbox.refuse("a1", "rate_limited");
  await clock.advance(749);
  assert.deepEqual(ids(), ["a1"]);
  await clock.advance(1);
  outbox.refuse("a1", "unavailable");
  await clock.advance(1499);
  assert.deepEqual(ids(), ["a1", "a1"]);
  await clock.advance(1);
  assert.deepEqual(ids(), ["a1", "a1", "a1"]);
});

Deno.test("a refusal for good lets the next one go, and is kept with its reason", async () => {
  const { store, tab } = world();
  const { outbox, add, ids } = tab();
  outbox.online();
  add("a1");
  add("a2");
  outbox.refuse("a1", "forbidden");
  assert.deepEqual(ids(), ["a1", "a2"]);
  assert.deepEqual((await store.listOutbox()).map(({ failed }) => failed), ["forbidden", null]);
  outbox.refuse("nothing of ours", "forbidden");
  outbox.settle("nothing of ours");
  assert.equal(outbox.entries.peek().length, 2);
});

Deno.test("what another tab left behind is sent by the tab that holds the lock, by any after 5 s", async () => {
  const { clock, store, tab } = world();
  tab().add("left");
  const holder = tab();
  const other = tab();
  await holder.outbox.sync();
  await other.outbox.sync();
  holder.outbox.online();
  other.outbox.online();
  await settle();
  assert.deepEqual(holder.ids(), ["left"]);
  assert.deepEqual(other.ids(), []);
  other.add("own", "cat");
  assert.deepEqual(other.ids(), ["own"]);
  await clock.advance(5000);
  assert.deepEqual(other.ids(), ["own", "left"]);
  holder.outbox.settle("left");
  await other.outbox.sync();
  assert.deepEqual(other.outbox.entries.peek().map(({ clientId }) => clientId), ["own"]);
  assert.equal((await store.listOutbox()).length, 1);
});

Deno.test("the lock goes to the next tab when its holder is cut off", async () => {
  const { tab } = world();
  tab().add("left");
  const holder = tab();
  const other = tab();
  holder.outbox.online();
  await settle();
  await other.outbox.sync();
  other.outbox.online();
  await settle();
  assert.deepEqual(other.ids(), []);
  holder.outbox.lost();
  await settle();
  assert.deepEqual(other.ids(), ["left"]);
});

Deno.test("what is in memory only is told of once, and only while it can't be sent", async () => {
  const { tab } = world();
  const { outbox, add, warned } = tab();
  outbox.online();
  add("a1");
  await settle();
  assert.equal(warned.length, 0);
  outbox.lost();
  assert.equal(warned.length, 1);
  add("a2");
  await settle();
  assert.equal(warned.length, 1);
});

Deno.test("a refusal of what another tab has sent is that tab's", async () => {
  const { tab } = world();
  const [one, other] = [tab(), tab()];
  one.outbox.online();
  one.add("a1");
  await other.outbox.sync();
  other.outbox.refuse("a1", "forbidden");
  assert.deepEqual(other.outbox.entries.peek().map(({ failed }) => failed), [null]);
});

Deno.test("the order of writing outlasts a reload with a clock that was set back", async () => {
  const { clock, tab } = world();
  const before = tab();
  before.add("a1");
  before.add("a2");
  await settle();
  clock.jump(-3_600_000);
  const { outbox, add, ids } = tab();
  add("a3");
  await outbox.sync();
  add("a4");
  assert.deepEqual(outbox.entries.peek().map(({ clientId }) => clientId), ["a1", "a2", "a3", "a4"]);
  outbox.online();
  for (const clientId of ["a1", "a2", "a3", "a4"]) {
    await settle();
    outbox.settle(clientId);
  }
  assert.deepEqual(ids(), ["a1", "a2", "a3", "a4"]);
});
