import assert from "node:assert/strict";
import { openStore } from "../kv/store.ts";
import { AtomicBatcher } from "./atomic_batcher.ts";

/** Counts commits, and fails those that `fails` says. */
function counted(kv: Deno.Kv, fails: (nth: number) => boolean = () => false) {
  const count = { commits: 0 };
  const wrapped = {
    atomic() {
      const atomic = kv.atomic();
      const commit = atomic.commit.bind(atomic);
      atomic.commit = () => {
        count.commits++;
        return fails(count.commits) ? Promise.reject(new Error("no store")) : commit();
      };
      return atomic;
    },
  } as Deno.Kv;
  return { count, batcher: new AtomicBatcher(wrapped) };
}

const missing = (n: number) => ({ key: ["row", n], versionstamp: null });
const put = (n: number) => ({
  check: missing(n),
  write: (atomic: Deno.AtomicOperation) => void atomic.set(["row", n], n),
});

Deno.test("atomic batches: writes of one turn share commits, ten in each", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  const { batcher, count } = counted(kv);
  const results = await Promise.all(Array.from({ length: 25 }, (_, n) => batcher.commit(put(n))));
  assert.ok(results.every(({ ok }) => ok));
  assert.equal(count.commits, 3);
  const rows = await Array.fromAsync(kv.list<number>({ prefix: ["row"] }));
  assert.deepEqual(rows.map(({ value }) => value), Array.from({ length: 25 }, (_, n) => n));
  const first = results[0];
  assert.ok(first?.ok && first.versionstamp === rows[0]?.versionstamp);
  close();
});

Deno.test("atomic batches: a write that lost its race is refused alone", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  const { batcher } = counted(kv);
  await kv.set(["row", 2], "somebody else's");
  const results = await Promise.all([1, 2, 3].map((n) => batcher.commit(put(n))));
  assert.deepEqual(results.map(({ ok }) => ok), [true, false, true]);
  assert.equal((await kv.get(["row", 2])).value, "somebody else's");
  assert.equal((await kv.get(["row", 3])).value, 3);
  close();
});

Deno.test("atomic batches: a store that fails is told to who writes alone, and the next ones pass", async () => {
  const { kv, close } = await openStore({ kind: "memory" });
  // The commit of both, then that of the first alone.
  const { batcher } = counted(kv, (nth) => nth <= 2);
  const results = await Promise.allSettled([1, 2].map((n) => batcher.commit(put(n))));
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "fulfilled"]);
  assert.equal((await batcher.commit(put(1))).ok, true);
  close();
});
