import assert from "node:assert/strict";
import { createLogger } from "../shared/logger.ts";
import { createFakeClock, until } from "../testing/fake_clock.ts";
import { faultyKv, type KvFaults } from "../testing/faulty_kv.ts";
import { RepairedWatch } from "./repaired_watch.ts";

async function world(faults: KvFaults = {}) {
  const kv = await Deno.openKv(":memory:");
  const clock = createFakeClock();
  const logged: string[] = [];
  const told: { by: string; value: unknown }[] = [];
  let reopened = 0;
  const watch = new RepairedWatch<number>({
    kv: faultyKv(kv, faults),
    clock,
    random: () => 0,
    log: createLogger("info", (line) => void logged.push(line), clock.now),
    keys: [["a"], ["b"]],
    rows: (entries, by) => told.push({ by, value: entries[0]?.value ?? null }),
    reopened: () => void reopened++,
  });
  watch.start();
  return {
    kv,
    clock,
    logged,
    told,
    watch,
    get reopened() {
      return reopened;
    },
    has: (by: string, value: unknown) =>
      until(
        () => told.some((one) => one.by === by && one.value === value),
        `${value} is told by the ${by}`,
      ),
    async [Symbol.asyncDispose]() {
      await watch.close();
      kv.close();
    },
  };
}

Deno.test("R11 a watch tells of a change", async () => {
  await using w = await world();
  await w.has("watch", null);
  await w.kv.set(["a"], 1);
  await w.has("watch", 1);
});

Deno.test("R11 a poll tells what a silent watch does not, and the watch is opened anew", async () => {
  const faults: KvFaults = { deafWatch: true };
  await using w = await world(faults);
  await w.kv.set(["a"], 1);
  await w.clock.advance(1000);
  await w.has("poll", 1);
  assert.equal(w.reopened, 0, "one poll is no proof of silence");
  faults.deafWatch = false;
  await w.clock.advance(1000);
  await until(() => w.logged.some((line) => line.includes("silent")), "the silence is logged");
  await until(() => w.reopened === 1, "the watch has ended");
  await w.clock.advance(500);
  await w.kv.set(["a"], 2);
  await w.has("watch", 2);
});

Deno.test("R11 a watch that rings is left open however often the poll looks", async () => {
  await using w = await world();
  await w.has("watch", null);
  for (let i = 1; i <= 5; i++) {
    await w.kv.set(["a"], i);
    await w.has("watch", i);
    const polls = w.told.filter(({ by }) => by === "poll").length;
    await w.clock.advance(1000);
    await until(() => w.told.filter(({ by }) => by === "poll").length > polls, "a poll");
  }
  assert.equal(w.reopened, 0);
});
