import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { keys } from "./keys.ts";
import { getRows, transact } from "./transact.ts";

const quick = { random: () => 0 };

Deno.test("transact: a hundred at once lose nothing", async () => {
  const kv = await Deno.openKv(":memory:");
  const patient = { random: Math.random };
  const increment = () =>
    transact(kv, async (tx) => {
      tx.set(keys.demo(), (await tx.get<number>(keys.demo()) ?? 0) + 1);
    }, patient);
  for (let round = 0; round < 25; round++) await Promise.all(Array.from({ length: 4 }, increment));
  assert.equal((await kv.get(keys.demo())).value, 100);
  kv.close();
});

Deno.test("transact: gives up as unavailable when it always loses", async () => {
  const kv = await Deno.openKv(":memory:");
  let tries = 0;
  const lost = transact(kv, async (tx) => {
    await tx.get(keys.demo());
    await kv.set(keys.demo(), ++tries);
    tx.set(keys.demo(), "mine");
  }, quick);
  await assert.rejects(lost, (error) => error instanceof AppError && error.code === "unavailable");
  assert.equal(tries, 10);
  kv.close();
});

Deno.test("transact: a commit that threw after taking effect is found by the next run", async () => {
  const kv = await Deno.openKv(":memory:");
  let failures = 1;
  const flaky = new Proxy(kv, {
    get(target, name) {
      if (name !== "atomic") return Reflect.get(target, name).bind(target);
      return () => {
        const atomic = target.atomic();
        const commit = atomic.commit.bind(atomic);
        atomic.commit = async () => {
          const result = await commit();
          if (failures-- > 0) throw new Error("connection reset");
          return result;
        };
        return atomic;
      };
    },
  });
  const made = await transact(flaky, async (tx) => {
    const known = await tx.get<string>(keys.demo());
    if (known !== null) return "found";
    tx.set(keys.demo(), "row");
    return "made";
  }, quick);
  assert.equal(made, "found");
  kv.close();
});

Deno.test("transact: what the body throws reaches the caller, and nothing is written", async () => {
  const kv = await Deno.openKv(":memory:");
  const refused = transact(kv, (tx) => {
    tx.set(keys.demo(), 1);
    return Promise.reject(new AppError("forbidden", "no"));
  }, quick);
  await assert.rejects(refused, /no/);
  assert.equal((await kv.get(keys.demo())).value, null);
  kv.close();
});

Deno.test("transact: an eleventh read is a mistake of the program", async () => {
  const kv = await Deno.openKv(":memory:");
  const tooMany = transact(kv, async (tx) => {
    for (let i = 0; i < 11; i++) await tx.get(keys.log(0, i));
  }, quick);
  await assert.rejects(tooMany, /may read 10 rows/);
  kv.close();
});

Deno.test("getRows: keeps the order past the limit of one getMany", async () => {
  const kv = await Deno.openKv(":memory:");
  const wanted = Array.from({ length: 25 }, (_, i) => keys.log(1, i));
  for (const [i, key] of wanted.entries()) if (i !== 7) await kv.set(key, i);
  const rows = await getRows<number>(kv, wanted);
  assert.deepEqual(rows.map((row) => row.value), wanted.map((_, i) => i === 7 ? null : i));
  kv.close();
});
