import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { type Database, openDatabase } from "./database.ts";

const tables = { notes: "id", others: "name" };
const open = (name: string): Promise<Database> => openDatabase(name, tables);
const note = (id: string) => ({ id, text: `text ${id}` });

/** Runs `work` while what `method` of that prototype would do fails with `error` this many times. */
async function failing<T extends object>(
  prototype: T,
  method: keyof T & string,
  { name, times }: { name: string; times: number },
  work: () => Promise<void>,
): Promise<void> {
  const real = prototype[method] as (...args: unknown[]) => unknown;
  let left = times;
  Object.assign(prototype, {
    [method](this: unknown, ...args: unknown[]) {
      if (left-- > 0) throw new DOMException("failed", name);
      return real.apply(this, args);
    },
  });
  try {
    await work();
  } finally {
    Object.assign(prototype, { [method]: real });
  }
}

Deno.test("rows are there for whoever opens it next, by their keys", async () => {
  const db = await open("rows");
  await db.put("notes", note("b"));
  await db.put("notes", note("a"));
  await db.put("notes", { id: "a", text: "newer" });
  await db.put("others", { name: "x" });
  const again = await open("rows");
  assert.deepEqual(await again.list("notes"), [{ id: "a", text: "newer" }, note("b")]);
  await again.delete("notes", "a");
  assert.deepEqual(await db.list("notes"), [note("b")]);
  await db.clear();
  assert.deepEqual([await db.list("notes"), await db.list("others")], [[], []]);
});

Deno.test("one that lacks a table is made anew", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = indexedDB.open("old", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("something else");
  request.onsuccess = () => {
    request.result.close();
    resolve();
  };
  await promise;
  const db = await open("old");
  await db.put("notes", note("a"));
  assert.deepEqual(await db.list("notes"), [note("a")]);
});

Deno.test("one that is broken is made anew, also while another tab holds it", async () => {
  const db = await open("broken");
  const other = await open("broken");
  await db.put("notes", note("a"));
  await failing(
    IDBObjectStore.prototype,
    "getAll",
    { name: "UnknownError", times: 1 },
    async () => {
      assert.deepEqual(await db.list("notes"), []);
    },
  );
  await db.put("notes", note("b"));
  assert.deepEqual(await other.list("notes"), [note("b")]);
});

Deno.test("one that was closed meanwhile is opened again, with what is in it", async () => {
  const db = await open("closed");
  await db.put("notes", note("a"));
  await failing(
    IDBDatabase.prototype,
    "transaction",
    { name: "InvalidStateError", times: 1 },
    async () => assert.deepEqual(await db.list("notes"), [note("a")]),
  );
});

Deno.test("R10 what there is no room for is refused, and what is there stays", async () => {
  const db = await open("full");
  await db.put("notes", note("a"));
  await failing(
    IDBObjectStore.prototype,
    "put",
    { name: "QuotaExceededError", times: 1 },
    () => assert.rejects(db.put("notes", note("b")), { name: "QuotaExceededError" }),
  );
  assert.deepEqual(await db.list("notes"), [note("a")]);
});

Deno.test("one of a newer version is left alone", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = indexedDB.open("newer", 2);
  request.onsuccess = () => {
    request.result.close();
    resolve();
  };
  await promise;
  await assert.rejects(open("newer"), { name: "VersionError" });
});
