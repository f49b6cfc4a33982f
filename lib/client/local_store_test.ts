import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { ben, createClientWorld, openWithBen } from "../testing/client_world.ts";
import { until } from "../testing/fake_clock.ts";
import { createLocalStore, type OutboxEntry } from "./local_store.ts";

function entry(clientId: string, order: number): OutboxEntry {
  return {
    clientId,
    key: "ben",
    target: { receiverId: "ben" },
    content: `text ${clientId}`,
    replyTo: null,
    createdAt: "2026-01-05T09:00:00.000Z",
    order,
    failed: null,
  };
}

Deno.test("what is put is there for the next page, in order; people don't see each other's", async () => {
  const store = createLocalStore("ann-1");
  await store.putOutbox(entry("b", 2));
  await store.putOutbox(entry("a", 1));
  await store.putOutbox({ ...entry("b", 2), failed: "invalid" });
  const again = createLocalStore("ann-1");
  assert.deepEqual(await again.listOutbox(), [entry("a", 1), {
    ...entry("b", 2),
    failed: "invalid",
  }]);
  await again.deleteOutbox("a");
  assert.deepEqual((await store.listOutbox()).map(({ clientId }) => clientId), ["b"]);
  assert.deepEqual(await createLocalStore("ben-1").listOutbox(), []);
});

Deno.test("operations are done in the order of the calls, without waiting for one another", async () => {
  const store = createLocalStore("ann-2");
  void store.putOutbox(entry("a", 1));
  void store.deleteOutbox("a");
  assert.deepEqual(await store.listOutbox(), []);
});

Deno.test("R10 the 200 newest drafts are kept, 50,000 characters of each", async () => {
  const store = createLocalStore("ann-3");
  for (let i = 0; i < 205; i++) void store.putDraft(`key ${i}`, `draft ${i}`, i);
  void store.putDraft("long", "x".repeat(60_000), 1000);
  const drafts = await store.listDrafts();
  assert.equal(drafts.size, 200);
  assert.equal(drafts.get("long")?.length, 50_000);
  assert.equal(drafts.has("key 0"), false);
  assert.equal((await createLocalStore("ann-3").listDrafts()).size, 200);
});

Deno.test("an empty draft is no draft, and clear forgets everything", async () => {
  const store = createLocalStore("ann-4");
  await store.putDraft("ben", "text", 1);
  await store.putDraft("ben", "", 2);
  assert.equal((await store.listDrafts()).size, 0);
  await store.putDraft("cat", "text", 3);
  await store.putOutbox(entry("a", 1));
  await store.clear();
  assert.equal((await store.listDrafts()).size + (await store.listOutbox()).length, 0);
});

Deno.test("a browser that refuses its database is served from memory", async () => {
  const real = indexedDB.open;
  indexedDB.open = () => {
    throw new DOMException("denied", "SecurityError");
  };
  try {
    const store = createLocalStore("ann-5");
    assert.equal(await store.putOutbox(entry("a", 1)), false);
    await store.putDraft("ben", "text", 1);
    assert.deepEqual(await store.listOutbox(), [entry("a", 1)]);
    assert.deepEqual([...await store.listDrafts()], [["ben", "text"]]);
  } finally {
    indexedDB.open = real;
  }
});

Deno.test("what the database has no room for is in memory, beside what it has", async () => {
  const store = createLocalStore("ann-7");
  assert.equal(await store.putOutbox(entry("a", 1)), true);
  const real = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  try {
    assert.equal(await store.putOutbox(entry("b", 2)), false);
  } finally {
    IDBObjectStore.prototype.put = real;
  }
  assert.deepEqual(await store.listOutbox(), [entry("a", 1), entry("b", 2)]);
  assert.deepEqual(await createLocalStore("ann-7").listOutbox(), [entry("a", 1)]);
  await store.deleteOutbox("b");
  assert.deepEqual(await store.listOutbox(), [entry("a", 1)]);
});

Deno.test("R1 an unsent message survives the page in IndexedDB and goes out once from the next one", async () => {
  const world = createClientWorld(createLocalStore("ann-6"));
  const { server, clock } = world;
  const first = await openWithBen(world);
  server.network.up = false;
  server.network.socket.drop();
  first.chat.send("survives");
  await until(
    async () => (await createLocalStore("ann-6").listOutbox()).length === 1,
    "the message is in the database",
  );
  first.browser.fire("freeze");
  server.network.up = true;
  const next = world.page({ initial: world.initial(ben), store: createLocalStore("ann-6") });
  next.model.start();
  await until(() => server.conversation(ben).messages.length === 1, "it was sent");
  await until(
    async () => (await createLocalStore("ann-6").listOutbox()).length === 0,
    "it is gone from the database",
  );
  await clock.advance(30_000);
  assert.equal(server.conversation(ben).messages.length, 1);
});
