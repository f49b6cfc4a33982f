import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { createFakeClock, until } from "../testing/fake_clock.ts";
import { CALLS_MAX, guardKv, READ_WITHIN_MS, WRITE_WITHIN_MS } from "./guarded_kv.ts";

const isUnavailable = (error: unknown) => error instanceof AppError && error.code === "unavailable";

/** A server whose answers can be held back. What is held back stays so until `thaw`. */
function freezable(kv: Deno.Kv) {
  let frozen: PromiseWithResolvers<void> | null = null;
  let asked = 0;
  const wait = async <T>(call: () => Promise<T>): Promise<T> => {
    asked++;
    await frozen?.promise;
    return await call();
  };
  const server = new Proxy(kv, {
    get(target, name) {
      if (name === "get" || name === "set") {
        return (...args: [Deno.KvKey, unknown]) =>
          wait<unknown>(() => name === "get" ? target.get(args[0]) : target.set(...args));
      }
      if (name === "atomic") {
        return () => {
          const atomic = target.atomic();
          const commit = atomic.commit.bind(atomic);
          atomic.commit = () => wait(commit);
          return atomic;
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    server,
    freeze: () => frozen = Promise.withResolvers(),
    thaw() {
      frozen?.resolve();
      frozen = null;
    },
    get asked() {
      return asked;
    },
  };
}

async function world() {
  const clock = createFakeClock();
  const server = freezable(await Deno.openKv(":memory:"));
  const changes: boolean[] = [];
  const kv = guardKv(server.server, { clock, onChange: (isAway) => changes.push(isAway) });
  return { clock, server, changes, kv, [Symbol.dispose]: () => kv.close() };
}

Deno.test("guard: reads, writes, lists and atomics go through", async () => {
  using w = await world();
  await w.kv.set(["a", 1], "one");
  assert.equal((await w.kv.atomic().set(["a", 2], "two").commit()).ok, true);
  assert.equal((await w.kv.get(["a", 1])).value, "one");
  assert.equal((await w.kv.getMany([["a", 2]]))[0]?.value, "two");
  const rows: unknown[] = [];
  for await (const row of w.kv.list({ prefix: ["a"] })) rows.push(row.value);
  assert.deepEqual(rows, ["one", "two"]);
  await w.kv.delete(["a", 1]);
  assert.equal((await w.kv.get(["a", 1])).value, null);
  assert.deepEqual(w.changes, []);
});

Deno.test("R10 what a frozen server does not answer is unavailable, and more is not asked of it", async () => {
  using w = await world();
  w.server.freeze();
  const reading = assert.rejects(w.kv.get(["a"]), isUnavailable);
  await w.clock.advance(READ_WITHIN_MS + 500);
  await reading;
  assert.deepEqual(w.changes, [true]);
  const { asked } = w.server;
  for (let i = 0; i < 100; i++) await assert.rejects(w.kv.get(["a"]), isUnavailable);
  await assert.rejects(w.kv.set(["a"], 1), isUnavailable);
  assert.equal(w.server.asked, asked);
});

Deno.test("guard: one answer, and the server is asked again", async () => {
  using w = await world();
  await w.kv.set(["a"], 1);
  w.server.freeze();
  const reading = assert.rejects(w.kv.get(["a"]), isUnavailable);
  await w.clock.advance(READ_WITHIN_MS + 500);
  await reading;
  w.server.thaw();
  await until(() => w.changes.length === 2, "the server is seen to answer");
  assert.deepEqual(w.changes, [true, false]);
  assert.equal((await w.kv.get(["a"])).value, 1);
});

Deno.test("R1 a commit that is not answered is no success", async () => {
  using w = await world();
  w.server.freeze();
  const writing = assert.rejects(w.kv.atomic().set(["a"], 1).commit(), isUnavailable);
  await w.clock.advance(WRITE_WITHIN_MS + 500);
  await writing;
});

Deno.test("guard: a call that got lost among others which are answered does not stop them", async () => {
  using w = await world();
  w.server.freeze();
  const lost = assert.rejects(w.kv.get(["a"]), isUnavailable);
  // Another way in answers: getMany is never held back here.
  await w.clock.advance(1000);
  await w.kv.getMany([["a"]]);
  await w.clock.advance(READ_WITHIN_MS);
  await lost;
  assert.deepEqual(w.changes, []);
  await w.kv.getMany([["a"]]);
});

Deno.test("R10 calls under way are bounded", async () => {
  using w = await world();
  w.server.freeze();
  const waiting = Array.from({ length: CALLS_MAX }, () => assert.rejects(w.kv.get(["a"])));
  await assert.rejects(w.kv.get(["a"]), isUnavailable);
  await w.clock.advance(READ_WITHIN_MS + 500);
  await Promise.all(waiting);
});
