import assert from "node:assert/strict";
// @ts-types="@types/web-push"
import webpush from "web-push";
import { keys } from "../kv/keys.ts";
import { createFakeClock, until } from "../testing/fake_clock.ts";
import { caller, createPushWorld, type PushWorld } from "../testing/push_world.ts";
import { VapidRing } from "./vapid_ring.ts";

/** A world whose pair was made on the first start and is kept in the store. */
async function createStored(): Promise<PushWorld> {
  const world = await createPushWorld();
  await world.store.kv.set(keys.secret("vapid"), world.vapid);
  await world.restart({ ...world.vapid, isStored: true });
  return world;
}

/** Result of a test push to each device, and the key that it was signed with. */
async function results({ push, clock, service }: PushWorld): Promise<string[]> {
  await clock.advance(1);
  const before = service.received.length;
  const tested = await push.test("ann");
  assert.ok(service.received.length - before <= tested.length);
  return tested.map(({ outcome }) => outcome.result).sort();
}

Deno.test("P18 after a rotation both keys are usable, also after a restart; the next one ends the first", async () => {
  await using world = await createStored();
  const first = world.push.publicKey;
  await world.push.subscribe("ann", world.service.subscribe().body, caller);
  const second = await world.push.rotateKey(first);
  assert.notEqual(second, first);
  assert.equal(world.push.publicKey, second);
  await world.push.subscribe("ann", world.service.subscribe().body, caller);
  const told = async () =>
    (await world.push.listDevices("ann")).map((device) => [device.state, device.currentKey]);
  assert.deepEqual(new Set(await told()), new Set([["active", true], ["active", false]]));
  assert.deepEqual(await results(world), ["sent", "sent"]);
  // What a start reads is the pair that is kept, here an older one that it was told of.
  await world.restart({ ...world.vapid, isStored: true });
  assert.deepEqual(await results(world), ["sent", "sent"]);
  assert.equal(world.push.publicKey, second);
  await world.push.rotateKey(second);
  assert.deepEqual(await results(world), ["refused", "sent"]);
  const states = (await world.push.listDevices("ann")).map(({ state }) => state).sort();
  assert.deepEqual(states, ["active", "needs_resubscribe"]);
});

Deno.test("P18 a pair of the environment wins over the stored one, which stays usable", async () => {
  await using world = await createStored();
  await world.push.subscribe("ann", world.service.subscribe().body, caller);
  const own = webpush.generateVAPIDKeys();
  const push = await world.restart(own);
  assert.equal(push.publicKey, own.publicKey);
  await push.subscribe("ann", world.service.subscribe().body, caller);
  assert.deepEqual(await results(world), ["sent", "sent"]);
  assert.deepEqual(
    (await push.listDevices("ann")).map(({ currentKey }) => currentKey).sort(),
    [false, true],
  );
  await assert.rejects(push.rotateKey(own.publicKey), { code: "conflict" });
  // Of one that is gone from the environment nothing is kept: its devices subscribe again.
  await world.restart({ ...world.vapid, isStored: true });
  assert.deepEqual(await results(world), ["refused", "sent"]);
});

Deno.test("P18 servers that rotate at once agree on one pair, and others find it", async () => {
  await using world = await createStored();
  const { store: { kv } } = world;
  const clock = createFakeClock();
  const open = () => new VapidRing({ kv, clock, configured: world.vapid, isStored: true });
  const [one, two, three] = [open(), open(), open()];
  const [a, b] = await Promise.all([
    one.rotate(world.vapid.publicKey),
    two.rotate(world.vapid.publicKey),
  ]);
  assert.equal(a, b);
  assert.notEqual(a, world.vapid.publicKey);
  assert.equal(await one.rotate(world.vapid.publicKey), a);
  // The third has heard of nothing, and finds the pair once it meets its key.
  assert.equal(three.publicKey, world.vapid.publicKey);
  assert.equal((await three.find(a))?.publicKey, a);
  assert.equal(three.publicKey, a);
  assert.equal((await three.find(world.vapid.publicKey))?.privateKey, world.vapid.privateKey);
  assert.equal(await three.find(webpush.generateVAPIDKeys().publicKey), null);
});

Deno.test("P18 a server hears of a rotation elsewhere while nobody subscribes", async () => {
  await using world = await createStored();
  world.push.start();
  const { store: { kv }, vapid, clock } = world;
  const other = new VapidRing({ kv, clock, configured: vapid, isStored: true });
  const made = await other.rotate(vapid.publicKey);
  await until(async () => {
    await clock.advance(1000);
    return world.push.publicKey === made;
  }, "it has heard of it");
});

Deno.test("P15 P18 a subscription that says its key is kept with that one", async () => {
  await using world = await createStored();
  const { push, service, vapid } = world;
  await push.rotateKey(vapid.publicKey);
  const { body } = service.subscribe();
  await push.subscribe("ann", { ...body, applicationServerKey: vapid.publicKey }, caller);
  assert.equal((await push.listDevices("ann"))[0]?.currentKey, false);
  assert.deepEqual(await results(world), ["sent"]);
  await push.subscribe("ann", {
    ...service.subscribe().body,
    applicationServerKey: webpush.generateVAPIDKeys().publicKey,
  }, caller);
  assert.deepEqual(await results(world), ["refused", "sent"]);
});
