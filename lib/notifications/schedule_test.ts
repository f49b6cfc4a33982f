import assert from "node:assert/strict";
import type { Principal } from "../identity/types.ts";
import { keys } from "../kv/keys.ts";
import { settle, until } from "../testing/fake_clock.ts";
import { about, service } from "../testing/notices.ts";
import { createWorld, principalOf, type TestServer, type World } from "../testing/world.ts";
import { WAITING_MAX } from "./schedule_operations.ts";

const MINUTE = 60_000;

const isCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

function inMinutes(world: World, minutes: number): string {
  return new Date(world.clock.now() + minutes * MINUTE).toISOString();
}

async function queued({ store: { kv } }: World): Promise<number> {
  return (await Array.fromAsync(kv.list({ prefix: keys.scheduledQueue() }))).length;
}

/** Lets `ms` pass, and what is due then be sent. */
async function pass(world: World, ms: number): Promise<void> {
  await world.clock.advance(ms);
  await until(async () => {
    await world.clock.advance(1000);
    const due = await Array.fromAsync(world.store.kv.list({
      prefix: keys.scheduledQueue(),
      end: keys.scheduledAt(world.clock.now(), ""),
    }));
    return due.length === 0;
  }, "what is due is sent");
}

async function titles(server: TestServer, userId: string): Promise<string[]> {
  const { notifications } = await server.notifications.list(userId, { filter: "all", limit: 50 });
  return notifications.map(({ title }) => title);
}

Deno.test("sendAt: waits until its time, then reaches bell, socket and whoever is offline", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  world.notifications.start();
  const device = await world.connect(ann);
  const to = { userIds: [ann.id, ben.id] };
  const { id, recipients } = await world.notifications.send(
    service,
    { ...about, to, sendAt: inMinutes(world, 1) },
    null,
  );
  assert.match(id, /^sch_/);
  assert.equal(recipients, 2);
  await pass(world, MINUTE / 2);
  assert.deepEqual(await titles(world, ann.id), []);
  await pass(world, MINUTE / 2);
  await device.waitFor("notification", 1);
  assert.deepEqual(await titles(world, ann.id), ["Graded"]);
  assert.deepEqual(await titles(world, ben.id), ["Graded"]);
  assert.equal(await queued(world), 0);
});

Deno.test("sendAt: a time that is over sends at once, one beyond a year is refused by its field", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const to = { userId: ann.id };
  const now = await world.notifications.send(
    service,
    { ...about, to, sendAt: inMinutes(world, -1) },
    null,
  );
  assert.doesNotMatch(now.id, /^sch_/);
  assert.deepEqual(await titles(world, ann.id), ["Graded"]);
  const late = { ...about, to, sendAt: inMinutes(world, 400 * 24 * 60) };
  await assert.rejects(world.notifications.send(service, late, null), {
    code: "invalid",
    issues: [{ path: "sendAt", message: "must lie within the next 366 days" }],
  });
});

Deno.test("sendAt: the same key and body answer the same, before and after its time", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  world.notifications.start();
  const input = { ...about, to: { userId: ann.id }, sendAt: inMinutes(world, 1) };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.notifications.send(service, input, "k")),
  );
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  assert.equal(await queued(world), 1);
  await pass(world, MINUTE);
  assert.deepEqual(await world.notifications.send(service, input, "k"), answers[0]);
  await assert.rejects(
    world.notifications.send(service, { ...input, sendAt: inMinutes(world, 11) }, "k"),
    isCode("idempotency_mismatch"),
  );
  assert.deepEqual(await titles(world, ann.id), ["Graded"]);
});

Deno.test("sendAt: two servers that find it due at once send it once", async () => {
  await using world = await createWorld({ shared: true });
  const other = await world.another();
  const ann = await world.person("Ann");
  for (const server of [world, other]) server.notifications.start();
  for (let i = 0; i < 20; i++) {
    const input = { ...about, to: { userId: ann.id }, sendAt: inMinutes(world, 1) };
    await world.notifications.send(service, input, null);
  }
  await pass(world, MINUTE);
  assert.equal((await titles(world, ann.id)).length, 20);
});

Deno.test("sendAt: a server that died after the first of several writes goes on at its next start", async () => {
  await using world = await createWorld({ shared: true });
  const people = [];
  for (let i = 0; i < 150; i++) people.push(await world.person(`P${i}`));
  const input = {
    ...about,
    to: { userIds: people.map(({ id }) => id) },
    sendAt: inMinutes(world, 1),
  };
  await world.notifications.send(service, input, null);
  // Its first write passes, the second fails, and nobody gets to the end.
  let commits = 0;
  const dying = await world.another({
    faults: {
      commit: (commit) => ++commits > 1 ? Promise.reject(new Error("cut off")) : commit(),
    },
  });
  dying.notifications.start();
  await world.clock.advance(MINUTE);
  await until(async () => {
    await world.clock.advance(1000);
    return commits > 1;
  }, "the second write fails");
  await dying.close();
  world.notifications.start();
  await pass(world, 0);
  for (const person of [people[0], people[149]]) {
    assert.deepEqual(await titles(world, person?.id ?? ""), ["Graded"]);
  }
});

Deno.test("cancel: what waits is taken back, again is no error, what is sent is a conflict", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  world.notifications.start();
  const input = { ...about, to: { userId: ann.id }, sendAt: inMinutes(world, 1) };
  const one = await world.notifications.send(service, input, null);
  const two = await world.notifications.send(service, input, null);
  await world.notifications.cancel(service, one.id);
  await world.notifications.cancel(service, one.id);
  await pass(world, MINUTE);
  assert.deepEqual(await titles(world, ann.id), ["Graded"]);
  await assert.rejects(world.notifications.cancel(service, two.id), isCode("conflict"));
});

Deno.test("R8 cancel: what is somebody else's is not there; an admin cancels anybody's", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const root = await world.person("Root", "admin");
  const input = { ...about, to: { userId: ann.id }, sendAt: inMinutes(world, 1) };
  const { id } = await world.notifications.send(service, input, null);
  const instructor = principalOf(ann, "instructor");
  const failure = async (by: Principal, what: string) =>
    await world.notifications.cancel(by, what).then(
      () => null,
      ({ code, message }) => [code, message],
    );
  const unknown = await failure(instructor, "sch_nothing");
  assert.equal(unknown?.[0], "not_found");
  assert.deepEqual(await failure(instructor, id), unknown);
  assert.deepEqual(await failure({ ...service, keyId: "k2" } as Principal, id), unknown);
  await world.notifications.cancel(principalOf(root, "admin"), id);
  assert.equal(await queued(world), 0);
});

Deno.test("sendAt: a room that the sender has left meanwhile gets nothing, and the log says why", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  world.notifications.start();
  const by = { userId: ann.id, role: "instructor" } as const;
  const room = await world.rooms.create(by, { name: "Cohort", memberIds: [ben.id] });
  await world.notifications.send(
    principalOf(ben, "instructor"),
    { ...about, to: { room: room.id }, sendAt: inMinutes(world, 1) },
    null,
  );
  await world.rooms.removeMember(by, room.id, ben.id);
  await pass(world, MINUTE);
  assert.deepEqual(await titles(world, ann.id), []);
  const said = world.logged.find(({ message }) =>
    message === "A scheduled notification can't be sent"
  );
  assert.match(String(said?.reason), /no such room/);
});

Deno.test("R10 past a thousand that wait a sender is asked to cancel some first", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const { kv } = world.store;
  for (let i = 0; i < WAITING_MAX; i++) {
    await kv.set(keys.scheduledBy("k:k1", `sch_${i}`), null);
  }
  const input = { ...about, to: { userId: ann.id }, sendAt: inMinutes(world, 1) };
  await assert.rejects(world.notifications.send(service, input, null), isCode("rate_limited"));
  await world.notifications.send({ ...service, keyId: "k2" } as Principal, input, null);
});

Deno.test("sendAt: one that can't be read holds up none of those behind it", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const at = world.clock.now() + MINUTE;
  const { kv } = world.store;
  for (let i = 0; i < 120; i++) {
    const id = `sch_0${i}`;
    await kv.atomic().set(keys.scheduled(id), { id, of: "a newer release" })
      .set(keys.scheduledAt(at - 1, id), null).commit();
  }
  const input = { ...about, to: { userId: ann.id }, sendAt: inMinutes(world, 1) };
  await world.notifications.send(service, input, null);
  world.notifications.start();
  await world.clock.advance(MINUTE);
  await until(async () => {
    await world.clock.advance(1000);
    return (await titles(world, ann.id)).length > 0;
  }, "the one that can be read is sent");
  assert.equal(await queued(world), 120);
});

Deno.test("sendAt: a request that is taken while its time comes is sent once, to each of many", async () => {
  // The second server looks the key up before the first has written it, and commits after it.
  await using world = await createWorld({ shared: true });
  const people = [];
  for (let i = 0; i < 150; i++) people.push(await world.person(`P${i}`));
  const userIds = people.map(({ id }) => id);
  const input = { ...about, to: { userIds }, sendAt: inMinutes(world, 1) };
  const { promise: written, resolve: goOn } = Promise.withResolvers<void>();
  const late = await world.another({ faults: { commit: (commit) => written.then(commit) } });
  await world.clock.advance(MINUTE);
  const second = late.notifications.send(service, input, "k");
  await settle();
  world.clock.jump(-1000);
  const first = await world.notifications.send(service, input, "k");
  assert.match(first.id, /^sch_/);
  world.clock.jump(1000);
  goOn();
  assert.deepEqual(await second, first);
  const unread = async (at: number) => (await world.notifications.counts(userIds[at]!)).unreadCount;
  assert.deepEqual([await unread(0), await unread(149)], [0, 0]);
  world.notifications.start();
  await pass(world, 0);
  assert.deepEqual([await unread(0), await unread(149)], [1, 1]);
  for (const at of [0, 149]) assert.deepEqual(await titles(world, userIds[at]!), ["Graded"]);
});
