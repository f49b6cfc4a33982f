import assert from "node:assert/strict";
import {
  advanceUntil,
  caller,
  content,
  createPushWorld,
  GRACE,
  idle,
  type PushWorld,
} from "../testing/push_world.ts";
import { Digests } from "./digest.ts";
import type { PushGate } from "./types.ts";

/** Time passes poll by poll, so a short night will do. */
const NIGHT = 60_000;

/** Holds back everything of Ann's before `until`, but for what is urgent. */
function quiet(until: number): PushGate {
  return (_userId, { isUrgent }, at) =>
    Promise.resolve(isUrgent || at >= until ? { kind: "send" } : { kind: "defer", until });
}

/** A world in which Ann has a device and sleeps for a minute. */
async function createNight(): Promise<PushWorld & { until: number }> {
  const world = await createPushWorld();
  const until = world.clock.now() + NIGHT;
  await world.push.subscribe("ann", world.service.subscribe().body, caller);
  world.push.setGate(quiet(until));
  world.push.start();
  return Object.assign(world, { until });
}

/** Ann is told of `tag` once its grace is over. */
async function tell(
  world: PushWorld,
  tag: string,
  change: { title?: string; isUrgent?: boolean } = {},
) {
  const { clock, unread, until } = world as PushWorld & { until: number };
  const { title = `Title ${tag}`, isUrgent = false } = change;
  unread.set(
    "ann",
    content(clock, { tag, title, body: "Body", subject: { category: "general", isUrgent } }),
  );
  const before = clock.now();
  await world.make(tag);
  await advanceUntil(
    world,
    async () =>
      clock.now() >= until ||
      clock.now() > before + GRACE && (await jobIds(world)).every((id) => !id.startsWith(tag)),
    `the job of ${tag} is done`,
  );
}

const jobIds = async (world: PushWorld) =>
  (await world.jobs() as { id: string }[]).map(({ id }) => id);
const titles = ({ service }: PushWorld) =>
  service.received.map(({ text }) => JSON.parse(text ?? "").notification.title);

Deno.test("quiet hours hold pushes back, say so, and bring them as one digest at their end", async () => {
  await using world = await createNight();
  for (const tag of ["a", "b", "c"]) await tell(world, tag);
  assert.deepEqual(titles(world), []);
  const [device] = await world.push.listDevices("ann");
  assert.equal(device?.lastOutcome?.result, "suppressed");
  assert.match(
    device?.lastOutcome?.reason ?? "",
    /^quiet hours until .+: it comes in their digest$/,
  );
  assert.deepEqual(await jobIds(world), ["digest:ann"]);
  await world.clock.advance(world.until - world.clock.now());
  await advanceUntil(world, idle(world), "the digest is sent");
  assert.deepEqual(titles(world), ["3 new while it was quiet"]);
  const { notification } = JSON.parse(world.service.received[0]?.text ?? "");
  assert.equal(notification.body, "Title c: Body\nTitle b: Body\nTitle a: Body");
  assert.equal(notification.navigate, "/notifications");
  assert.equal(notification.tag, "digest");
});

Deno.test("quiet hours let what is urgent pass", async () => {
  await using world = await createNight();
  await tell(world, "a", { isUrgent: true });
  assert.deepEqual(titles(world), ["Title a"]);
  assert.deepEqual(await jobIds(world), []);
});

Deno.test("a digest names a thing once, its newest text, and not what was read meanwhile", async () => {
  await using world = await createNight();
  await tell(world, "a", { title: "Old" });
  await tell(world, "b");
  await tell(world, "c");
  await tell(world, "a", { title: "New" });
  world.read.add("b");
  await world.clock.advance(world.until - world.clock.now());
  await advanceUntil(world, idle(world), "the digest is sent");
  assert.deepEqual(titles(world), ["2 new while it was quiet"]);
  assert.equal(
    JSON.parse(world.service.received[0]?.text ?? "").notification.body,
    "New: Body\nTitle c: Body",
  );
});

Deno.test("a digest of one thing is that thing, and of nothing unread none", async () => {
  for (const read of [false, true]) {
    await using world = await createNight();
    await tell(world, "a");
    if (read) world.read.add("a");
    await world.clock.advance(world.until - world.clock.now());
    await advanceUntil(world, idle(world), "the digest is done");
    assert.deepEqual(titles(world), read ? [] : ["Title a"]);
  }
});

Deno.test("a digest counts what is beyond thirty things", async () => {
  await using world = await createPushWorld();
  const { clock, store: { kv } } = world;
  const digests = new Digests({ kv, clock, sources: new Map(), onStored: () => {} });
  const until = clock.now() + NIGHT;
  for (let i = 0; i < 33; i++) {
    await digests.defer("notification", "ann", content(clock, { tag: `t${i}` }), until);
  }
  const { recipients } = await digests.recipients({ reference: { userId: "ann", until } });
  assert.equal(recipients[0]?.content.title, "33 new while it was quiet");
});

Deno.test("a restart in the night, and a late write of the same digest, make no second one", async () => {
  await using world = await createNight();
  await tell(world, "a");
  await tell(world, "b");
  const late = await world.jobs();
  assert.equal(late.length, 1);
  const [entry] = await Array.fromAsync(world.store.kv.list({ prefix: ["push_job"] }));
  const push = await world.restart();
  push.setGate(quiet(world.until));
  push.start();
  await world.clock.advance(world.until - world.clock.now());
  await advanceUntil(world, idle(world), "the digest is sent");
  assert.deepEqual(titles(world), ["2 new while it was quiet"]);
  // A server whose clock is behind holds back one more, and writes the job again.
  assert.ok(entry);
  await world.store.kv.set(entry.key, entry.value);
  await advanceUntil(world, idle(world), "the job that came again is done");
  assert.equal(titles(world).length, 1);
});

Deno.test("a category that is switched off is suppressed with its reason", async () => {
  await using world = await createNight();
  world.push.setGate(() => Promise.resolve({ kind: "suppress", reason: "switched off" }));
  await tell(world, "a");
  assert.deepEqual(titles(world), []);
  const [device] = await world.push.listDevices("ann");
  assert.equal(device?.lastOutcome?.reason, "switched off");
});
