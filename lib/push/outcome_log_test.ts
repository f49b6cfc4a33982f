import assert from "node:assert/strict";
import { keys } from "../kv/keys.ts";
import {
  advanceUntil,
  caller,
  content,
  createPushWorld,
  idle,
  type PushWorld,
} from "../testing/push_world.ts";

/** Makes a job whose outcomes are kept under `trace`. */
async function make({ push, store, clock }: PushWorld, trace: string): Promise<void> {
  const row = push.jobRow({
    id: `job ${trace}`,
    source: "notification",
    reference: null,
    dueAt: push.dueAt(),
    createdAt: clock.now(),
    trace,
  });
  await store.kv.set(row.key, row.value);
}

async function resultsOf({ push }: PushWorld, trace: string, userId: string) {
  const outcomes = await push.outcomesOf(trace, [userId]);
  return (outcomes.get(userId) ?? []).map(({ result, reason, status }) => ({
    result,
    reason,
    status,
  }));
}

Deno.test("P8 P9 P10 P12 P13 each device leaves what became of its push, also after it is gone", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  const answers = [201, 410, 413, 403, 500];
  for (const [i, status] of answers.entries()) {
    const { id, body } = service.subscribe();
    await push.subscribe(`user${i}`, body, caller);
    service.answer(id, { status });
    unread.set(`user${i}`, content(clock));
  }
  push.start();
  await make(world, "t");
  await advanceUntil(world, () => service.received.length >= answers.length, "all are tried");
  await advanceUntil(world, idle(world), "the one that failed is tried again");
  const all = await push.outcomesOf("t", answers.map((_, i) => `user${i}`));
  assert.deepEqual(
    [...all.values()].map((pushes) => pushes.map(({ device, result }) => [device, result])),
    ["sent", "gone", "refused", "refused", "sent"].map((result) => [["Firefox on Linux", result]]),
  );
  assert.deepEqual(await push.outcomesOf("another", ["user0"]), new Map([["user0", []]]));
});

Deno.test("P12 what is given up is dead, with the reason of the last try", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  service.answerAll({ status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await make(world, "t");
  world.random = 0.02;
  await advanceUntil(world, () => service.received.length === 1, "the first try");
  await advanceUntil(world, async () => (await resultsOf(world, "t", "ann")).length > 0, "its row");
  assert.equal((await resultsOf(world, "t", "ann"))[0]?.result, "failed");
  await advanceUntil(world, idle(world), "it is given up", 2000);
  assert.deepEqual(await resultsOf(world, "t", "ann"), [
    { result: "dead", reason: "the push service failed", status: null },
  ]);
});

Deno.test("what is suppressed or held back says why", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread, suppressed } = world;
  for (const userId of ["ann", "ben", "cleo"]) {
    await push.subscribe(userId, service.subscribe().body, caller);
  }
  const end = clock.now() + 3_600_000;
  push.setGate((userId) =>
    Promise.resolve(
      userId === "ben"
        ? { kind: "defer", until: end }
        : { kind: "suppress", reason: "pushes of this kind are off" },
    )
  );
  suppressed.set("ann", "a visible window has shown it");
  const subject = { category: "general", isUrgent: false };
  for (const userId of ["ben", "cleo"]) unread.set(userId, content(clock, { subject }));
  push.start();
  await make(world, "t");
  await advanceUntil(world, async () => (await resultsOf(world, "t", "cleo")).length > 0, "done");
  const results = [];
  for (const userId of ["ann", "ben", "cleo"]) {
    results.push(...(await resultsOf(world, "t", userId)).map((one) => [one.result, one.reason]));
  }
  const until = new Date(end).toISOString();
  assert.deepEqual(results, [
    ["suppressed", "a visible window has shown it"],
    ["deferred", `quiet hours until ${until}: it comes in their digest`],
    ["suppressed", "pushes of this kind are off"],
  ]);
  assert.equal(service.received.length, 0);
});

Deno.test("a job that is carried out twice still says that its push was sent, and sends it once", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  const same = content(clock);
  unread.set("ann", same);
  push.start();
  await make(world, "t");
  await advanceUntil(world, idle(world), "the first worker is done");
  await make(world, "t");
  await advanceUntil(world, idle(world), "and the one that took over");
  assert.equal(service.received.length, 1);
  assert.equal((await resultsOf(world, "t", "ann"))[0]?.result, "sent");
  unread.set("ann", { ...same, timestamp: same.timestamp - 1 });
  await make(world, "older");
  await advanceUntil(world, idle(world), "the older one");
  assert.equal(
    (await resultsOf(world, "older", "ann"))[0]?.reason,
    "a newer one with its tag was sent",
  );
});

Deno.test("R10 people without a device leave no row, and a push that is not traced none at all", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread, store } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock)).set("ben", content(clock));
  push.start();
  const rows = async () =>
    (await Array.fromAsync(store.kv.list({ prefix: keys.pushOutcomes("", "").slice(0, 1) })))
      .length;
  await world.make("untraced");
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(await rows(), 0);
  await make(world, "t");
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(await rows(), 1);
});
