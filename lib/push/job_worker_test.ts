import assert from "node:assert/strict";
import { keys } from "../kv/keys.ts";
import { silentLogger } from "../shared/logger.ts";
import { until } from "../testing/fake_clock.ts";
import {
  advanceUntil,
  caller,
  content,
  createPushWorld,
  GRACE,
  idle,
} from "../testing/push_world.ts";
import { createPush } from "./push_service.ts";

Deno.test("P11 P12 a push is tried again, not before Retry-After, and sent once", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  const { id, body } = service.subscribe();
  const other = service.subscribe();
  await push.subscribe("ann", body, caller);
  await push.subscribe("ann", other.body, caller);
  service.answer(id, { status: 429, headers: { "retry-after": "120" } }, { status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  await advanceUntil(world, () => service.received.length === 2, "both devices are tried");
  const paused = clock.now();
  await until(async () => (await world.jobs()).length === 1, "the retry is all that is left");
  await advanceUntil(world, () => service.received.length >= 3, "the second try", 5000);
  assert.ok(clock.now() - paused >= 120_000 - 1000);
  await advanceUntil(world, idle(world), "the third try went through");
  assert.deepEqual(
    service.received.filter((got) => got.id === id).map((got) => got.status),
    [429, 500, 201],
  );
  assert.equal(service.received.filter((got) => got.id === other.id).length, 1);
});

Deno.test("P12 what was read meanwhile is not tried again", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread, suppressed } = world;
  const { id, body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  service.answer(id, { status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  await advanceUntil(world, () => service.received.length === 1, "the first try");
  suppressed.set("ann", "read before it was sent");
  await advanceUntil(world, idle(world), "the retry is dropped");
  assert.equal(service.received.length, 1);
  const [device] = await push.listDevices("ann");
  assert.equal(device?.lastOutcome?.result, "suppressed");
  assert.equal(device?.lastOutcome?.reason, "read before it was sent");
});

Deno.test("P12 after its last try a push is a dead letter", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  service.answerAll({ status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  world.random = 0.02;
  await advanceUntil(world, idle(world), "it is given up", 2000);
  assert.equal(service.received.length, 12);
  const [letter] = await world.dead();
  assert.equal(letter?.reason, "the push service failed");
});

Deno.test("a suppressed push is not sent, and the device says why", async () => {
  await using world = await createPushWorld();
  const { push, service, suppressed } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  suppressed.set("ann", "a window showed it");
  push.start();
  await world.make();
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(service.received.length, 0);
  const [device] = await push.listDevices("ann");
  assert.equal(device?.lastOutcome?.result, "suppressed");
});

Deno.test("a job goes through all its pages, and one device's failure holds up nobody", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  const ids: string[] = [];
  for (const userId of ["ann", "ben", "cleo"]) {
    const { id, body } = service.subscribe();
    ids.push(id);
    await push.subscribe(userId, body, caller);
    unread.set(userId, content(clock));
  }
  service.answer(ids[0] ?? "", { status: 410 });
  service.answer(ids[1] ?? "", { status: 500 });
  push.start();
  await world.make();
  await advanceUntil(world, idle(world), "all is done");
  assert.deepEqual(
    service.received.map(({ id, status }) => [ids.indexOf(id), status]),
    [[0, 410], [1, 500], [2, 201], [1, 201]],
  );
});

Deno.test("two servers on one store send a push once", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock, { tag: "by job" }));
  const other = createPush({
    store: world.store,
    clock,
    config: {
      appName: "SkillLink",
      appOrigin: null,
      pushGraceMs: GRACE,
      pushAllowedOrigins: [service.origin],
    },
    vapid: { ...world.vapid, subject: "mailto:ops@example.org" },
    log: silentLogger,
  });
  other.registerSource("notification", {
    recipients: (job) =>
      Promise.resolve({
        recipients: [{ userId: "ann", content: content(clock, { tag: job.id }) }],
        suppressed: [],
        next: null,
      }),
  });
  push.start();
  other.start();
  for (let i = 0; i < 20; i++) {
    await world.make(`n${i}`);
  }
  await advanceUntil(world, idle(world), "all jobs are done");
  await other.close();
  const tags = service.received.map(({ text }) => JSON.parse(text ?? "").notification.tag);
  assert.equal(tags.length, 20);
  assert.equal(new Set(tags).size, 20);
});

Deno.test("R10 a hundred jobs that are not due yet hide none that is", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock, { tag: "by job" }));
  push.start();
  await world.make("z");
  await clock.advance(GRACE - 1);
  // The same window of time, and before it in the order of keys.
  for (let i = 0; i < 150; i++) await world.make(`a${i}`);
  const others = clock.now() + GRACE;
  await until(
    async () => {
      // Never so far that the others fall due, however slow the machine is.
      if (service.received.length === 0 && clock.now() < others - 1000) await clock.advance(20);
      return service.received.length > 0;
    },
    "the one that is due",
    30_000,
  );
  assert.equal(JSON.parse(service.received[0]?.text ?? "").notification.tag, "z");
  await advanceUntil(world, idle(world), "the others as well");
  assert.equal(service.received.length, 151);
});

Deno.test("a job whose worker died is taken over when its lease ends", async () => {
  await using world = await createPushWorld();
  const { service, clock, unread } = world;
  await world.push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock));
  world.push.registerSource("notification", { recipients: () => new Promise(() => {}) });
  world.push.start();
  await world.make();
  await clock.advance(GRACE);
  await until(async () => {
    const [job] = await world.jobs() as { attempt: number }[];
    if (job?.attempt === 1) return true;
    await clock.advance(250);
    return false;
  }, "the job is taken");
  const closing = world.push.close();
  // The process has five seconds to end in: one that hangs must not take them all.
  await clock.advance(1500);
  await closing;
  const next = await world.restart();
  next.start();
  const before = clock.now();
  await advanceUntil(world, () => service.received.length === 1, "another worker sends it", 5000);
  assert.ok(clock.now() - before > 30_000);
});

Deno.test("a source that throws does not stop the worker; the job is tried again", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock));
  let failures = 2;
  push.registerSource("notification", {
    recipients() {
      if (failures-- > 0) throw new Error("the store is away");
      return Promise.resolve({
        recipients: [{ userId: "ann", content: content(clock) }],
        suppressed: [],
        next: null,
      });
    },
  });
  push.start();
  await world.store.kv.set(keys.pushJob(1, "broken"), { from: "a newer release" });
  await world.make();
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(service.received.length, 1);
});

Deno.test("jobs of one id within one grace are one push, and a busy conversation is still pushed", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  push.start();
  for (let i = 0; i < 40; i++) {
    unread.set("ann", content(clock));
    await world.make("d_1");
    await clock.advance(500);
  }
  await advanceUntil(world, idle(world), "all is done");
  assert.ok(service.received.length >= 3 && service.received.length <= 6);
});

Deno.test("P22 nothing older or equal is pushed under a tag that the device has shown", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  const same = content(clock);
  unread.set("ann", same);
  push.start();
  await world.make("a");
  await advanceUntil(world, idle(world), "the first");
  await world.make("b");
  await advanceUntil(world, idle(world), "the second");
  assert.equal(service.received.length, 1);
});

Deno.test("P25 a push names what was read since, once", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread, read } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  push.start();
  const closed: unknown[] = [];
  for (const [tag, readNow] of [["a", []], ["b", []], ["c", ["a"]], ["d", ["a"]]] as const) {
    unread.set("ann", content(clock, { tag }));
    readNow.forEach((other) => read.add(other));
    await world.make(tag);
    await advanceUntil(world, idle(world), tag);
    closed.push(JSON.parse(service.received.at(-1)?.text ?? "").notification.data.close);
  }
  assert.deepEqual(closed, [[], [], ["a"], []]);
});
