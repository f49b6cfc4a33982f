import assert from "node:assert/strict";
import { KeyedLock } from "./keyed_lock.ts";
import { Semaphore } from "./semaphore.ts";

Deno.test("a key's work runs in order, also after a failure; another key does not wait", async () => {
  const lock = new KeyedLock();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lock.run("a", async () => {
    await gate.promise;
    seen.push("a1");
    throw new Error("no");
  });
  const second = lock.run("a", () => Promise.resolve(void seen.push("a2")));
  await lock.run("b", () => Promise.resolve(void seen.push("b1")));
  gate.resolve();
  await assert.rejects(first, /no/);
  await second;
  assert.deepEqual(seen, ["b1", "a1", "a2"]);
});

Deno.test("R10 a semaphore lets only so many run, and a failure gives its place back", async () => {
  const semaphore = new Semaphore(3);
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      semaphore.run(async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 0));
        running--;
        if (i % 4 === 0) throw new Error("no");
        return i;
      })),
  );
  assert.equal(most, 3);
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 15);
});
