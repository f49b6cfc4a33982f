import assert from "node:assert/strict";
import { keys } from "../kv/keys.ts";
import { until } from "../testing/fake_clock.ts";
import { silentLogger } from "../shared/logger.ts";
import {
  advanceUntil,
  caller,
  content,
  createPushWorld,
  idle,
  type PushWorld,
} from "../testing/push_world.ts";
import { DeviceRepository } from "./device_repository.ts";
import { DeviceSweep, UNSEEN_MAX_MS } from "./device_sweep.ts";

const DAY = 24 * 60 * 60 * 1000;

const sweepOf = ({ store: { kv }, clock }: PushWorld) =>
  new DeviceSweep({
    kv,
    clock,
    log: silentLogger,
    random: () => 0.5,
    devices: new DeviceRepository(kv),
  });

Deno.test("P14 a device that was not seen for 90 days goes, one that came by stays", async () => {
  await using world = await createPushWorld();
  const { push, service, clock } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", service.subscribe().body, caller);
  const kept = await push.subscribe("ann", body, caller);
  await clock.advance(UNSEEN_MAX_MS - DAY);
  await push.subscribe("ann", body, caller);
  const sweep = sweepOf(world);
  assert.equal(await sweep.sweep(), true);
  assert.equal((await push.listDevices("ann")).length, 2);
  await clock.advance(DAY);
  assert.equal(await sweep.sweep(), true);
  assert.deepEqual((await push.listDevices("ann")).map(({ id }) => id), [kept]);
  // The endpoint of the one that went can be subscribed anew.
  assert.deepEqual(
    (await Array.fromAsync(world.store.kv.list({ prefix: ["device_by_endpoint"] }))).length,
    1,
  );
});

Deno.test("P14 one server a day looks for old devices, whichever it is", async () => {
  await using world = await createPushWorld();
  const sweeps = [sweepOf(world), sweepOf(world), sweepOf(world)];
  const all = () => Promise.all(sweeps.map((sweep) => sweep.sweep()));
  assert.equal((await all()).filter(Boolean).length, 1);
  await world.clock.advance(DAY - 1);
  assert.deepEqual(await all(), [false, false, false]);
  await world.clock.advance(1);
  assert.equal((await all()).filter(Boolean).length, 1);
});

Deno.test("P14 a process that runs looks by itself", async () => {
  await using world = await createPushWorld();
  const sweep = sweepOf(world);
  sweep.start();
  await world.clock.advance(60 * 60 * 1000);
  await until(
    async () => (await world.store.kv.get(keys.deviceSweep())).value !== null,
    "it has looked",
  );
  await sweep.close();
});

Deno.test("a device that is switched off gets no pushes, and says why; its renewal leaves it off", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread, store } = world;
  const { body } = service.subscribe();
  const id = await push.subscribe("ann", body, caller);
  assert.equal((await push.setEnabled("ann", id, false)).enabled, false);
  assert.equal(await push.subscribe("ann", body, caller), id);
  assert.equal((await push.listDevices("ann"))[0]?.enabled, false);
  unread.set("ann", content(clock));
  push.start();
  const row = push.jobRow({
    id: "n1",
    source: "notification",
    reference: null,
    dueAt: push.dueAt(),
    createdAt: clock.now(),
    trace: "t",
  });
  await store.kv.set(row.key, row.value);
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(service.received.length, 0);
  assert.deepEqual(
    (await push.outcomesOf("t", ["ann"])).get("ann")?.map(({ result, reason }) => [result, reason]),
    [["suppressed", "pushes to this device are switched off"]],
  );
  assert.equal((await push.test("ann"))[0]?.outcome.result, "suppressed");
  await push.setEnabled("ann", id, true);
  await clock.advance(1);
  assert.equal((await push.test("ann"))[0]?.outcome.result, "sent");
  await assert.rejects(push.setEnabled("ben", id, false), { code: "not_found" });
  assert.equal((await push.listDevices("ann"))[0]?.enabled, true);
});

Deno.test("the end of a session takes the devices that it subscribed, and no others", async () => {
  await using world = await createPushWorld();
  const { push, service } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", service.subscribe().body, caller, "s1");
  await push.subscribe("ann", body, caller, "s1");
  const other = await push.subscribe("ann", service.subscribe().body, caller, "s2");
  const hostPlatforms = await push.subscribe("ann", service.subscribe().body, caller);
  // The browser was signed in anew meanwhile.
  const renewed = await push.subscribe("ann", body, caller, "s3");
  await push.endSession("ann", "s1");
  const left = (await push.listDevices("ann")).map(({ id }) => id).sort();
  assert.deepEqual(left, [other, hostPlatforms, renewed].sort());
});
