import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { DEVICES_PER_USER } from "../shared/limits.ts";
import { caller, createPushWorld } from "../testing/push_world.ts";

Deno.test("P15 a subscription belongs to whoever is signed in, and is one device", async () => {
  await using world = await createPushWorld();
  const { push, service, clock } = world;
  const { body } = service.subscribe();
  const first = await push.subscribe("ann", body, caller);
  await clock.advance(60_000);
  assert.equal(await push.subscribe("ann", { ...body, expirationTime: null }, caller), first);
  const [device, ...others] = await push.listDevices("ann");
  assert.deepEqual(others, []);
  assert.equal(device?.name, "Firefox on Linux");
  assert.equal(device?.lastSeenAt, new Date(clock.now()).toISOString());
  assert.equal(device?.createdAt, new Date(clock.now() - 60_000).toISOString());
  assert.equal(JSON.stringify(device).includes(body.endpoint), false);
});

Deno.test("P15 an endpoint that changes hands leaves its old owner", async () => {
  await using world = await createPushWorld();
  const { push, service } = world;
  const { body } = service.subscribe();
  const old = await push.subscribe("ann", body, caller);
  const id = await push.subscribe("ben", body, caller);
  assert.notEqual(id, old);
  assert.deepEqual(await push.listDevices("ann"), []);
  assert.deepEqual((await push.listDevices("ben")).map((device) => device.id), [id]);
});

Deno.test("P19 what is no push service's endpoint, and keys that are none, are refused by name", async () => {
  await using world = await createPushWorld();
  const { push, service, clock } = world;
  const { body } = service.subscribe();
  const invalid = (path: string) => (error: unknown) =>
    error instanceof AppError && error.code === "invalid" && error.issues?.[0]?.path === path;
  await assert.rejects(
    push.subscribe("ann", { ...body, endpoint: "https://169.254.169.254/x" }, caller),
    invalid("endpoint"),
  );
  const noPoint = { ...body.keys, p256dh: `B${"B".repeat(86)}` };
  await assert.rejects(
    push.subscribe("ann", { ...body, keys: noPoint }, caller),
    invalid("keys.p256dh"),
  );
  await assert.rejects(
    push.subscribe("ann", { ...body, expirationTime: clock.now() }, caller),
    invalid("expirationTime"),
  );
  assert.deepEqual(await push.listDevices("ann"), []);
});

Deno.test("R10 past the limit the device that was seen least recently gives way, also at once", async () => {
  await using world = await createPushWorld();
  const { push, service, clock } = world;
  const first = await push.subscribe("ann", service.subscribe().body, caller);
  await clock.advance(1000);
  for (let i = 2; i < DEVICES_PER_USER; i++) {
    await push.subscribe("ann", service.subscribe().body, caller);
  }
  await clock.advance(1000);
  await Promise.all([1, 2].map(() => push.subscribe("ann", service.subscribe().body, caller)));
  const ids = (await push.listDevices("ann")).map((device) => device.id);
  assert.equal(ids.length, DEVICES_PER_USER);
  assert.equal(ids.includes(first), false);
});

Deno.test("R8 nobody removes somebody else's device", async () => {
  await using world = await createPushWorld();
  const { push, service } = world;
  const { body } = service.subscribe();
  const id = await push.subscribe("ann", body, caller);
  await assert.rejects(push.removeDevice("ben", id), { code: "not_found" });
  await assert.rejects(push.removeDevice("ann", "dev_none"), { code: "not_found" });
  await push.unsubscribe("ben", body.endpoint);
  assert.equal((await push.listDevices("ann")).length, 1);
  await push.unsubscribe("ann", body.endpoint);
  await push.unsubscribe("ann", body.endpoint);
  assert.deepEqual(await push.listDevices("ann"), []);
});

Deno.test("owners of devices are paged in order, each once", async () => {
  await using world = await createPushWorld();
  const { push, service } = world;
  for (const userId of ["a", "a", "a.b", "b", "b", "c"]) {
    await push.subscribe(userId, service.subscribe().body, caller);
  }
  assert.deepEqual(await push.listOwners({ limit: 2 }), ["a", "a.b"]);
  assert.deepEqual(await push.listOwners({ limit: 2, after: "a.b" }), ["b", "c"]);
  assert.deepEqual(await push.listOwners({ limit: 2, after: "c" }), []);
  assert.deepEqual(await push.listOwners({ limit: 9, after: "a" }), ["a.b", "b", "c"]);
});
