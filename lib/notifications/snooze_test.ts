import assert from "node:assert/strict";
import type { Principal } from "../identity/types.ts";
import { keys } from "../kv/keys.ts";
import { until } from "../testing/fake_clock.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";
import { SNOOZED_MAX } from "./snoozing.ts";
import type { NotifyInput } from "./types.ts";

const service: Principal = {
  kind: "service",
  keyId: "k1",
  scopes: ["notifications:send"],
  via: "bearer",
};
const about = { type: "grade", title: "Graded", message: "You passed", link: "/courses/3" };
const MINUTE = 60_000;

const isCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
const send = (world: World, input: Partial<NotifyInput> & Pick<NotifyInput, "to">) =>
  world.notifications.send(service, { ...about, ...input }, null);
const list = async (world: World, { id }: TestPerson, filter: "all" | "archived" | "snoozed") =>
  (await world.notifications.list(id, { filter, limit: 50 })).notifications;

/** Lets `ms` pass, and what is due then come back. */
async function pass(world: World, ms: number): Promise<void> {
  await world.clock.advance(ms);
  await until(async () => {
    await world.clock.advance(1000);
    const end = keys.scheduledAt(world.clock.now(), "");
    const due = world.store.kv.list({ prefix: keys.scheduledQueue(), end });
    return (await Array.fromAsync(due)).length === 0;
  }, "what is due is sent");
}

Deno.test("R6 what is snoozed leaves list and counts, and comes back unread, unseen and on top", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  world.notifications.start();
  const { id } = await send(world, { to: { broadcast: true }, title: "Old", collapseKey: "g" });
  await send(world, { to: { userId: ann.id }, title: "New" });
  await world.notifications.markAllRead(ann.id);
  const at = world.clock.now() + MINUTE;
  const counts = await world.notifications.snooze(ann.id, id, at);
  assert.deepEqual(counts, { unreadCount: 0, unseenCount: 0 });
  const titles = async (filter: "all" | "archived" | "snoozed") =>
    (await list(world, ann, filter)).map(({ title }) => title);
  assert.deepEqual(await titles("all"), ["New"]);
  assert.deepEqual(await titles("archived"), []);
  const [snoozed] = await list(world, ann, "snoozed");
  assert.deepEqual([snoozed?.id, snoozed?.snoozedUntil], [id, new Date(at).toISOString()]);
  const [ofBen] = await list(world, ben, "all");
  assert.equal(ofBen?.title, "Old");
  await pass(world, MINUTE);
  assert.deepEqual(await titles("all"), ["Old", "New"]);
  assert.deepEqual(await titles("snoozed"), []);
  const [back] = await list(world, ann, "all");
  assert.deepEqual([back?.readAt, back?.seenAt, back?.link], [null, null, "/courses/3"]);
  assert.equal(back?.group, ofBen?.group);
  assert.deepEqual(await world.notifications.counts(ann.id), { unreadCount: 1, unseenCount: 1 });
  assert.equal((await list(world, ben, "all")).length, 1);
});

Deno.test("R7 R5 own devices are told of it, live and by a resume, and told again when it is back", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  world.notifications.start();
  const { id } = await send(world, { to: { userId: ann.id } });
  const device = await world.connect(ann);
  await world.notifications.snooze(ann.id, id, world.clock.now() + MINUTE);
  const changed = await device.wait("notification.changed");
  assert.deepEqual([changed.state, changed.ids, changed.unreadCount], ["snoozed", [id], 0]);
  const missed = await world.notifications.missed(ann.id, 1);
  const told = missed.find((frame) =>
    frame.type === "notification.changed" && frame.state === "snoozed"
  );
  assert.deepEqual(told && "ids" in told ? told.ids : null, [id]);
  await pass(world, MINUTE);
  const back = await device.wait("notification");
  assert.deepEqual([back.notification.title, back.unreadCount], ["Graded", 1]);
});

Deno.test("snoozing again moves the time, null brings it back at once, and it comes back once", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const { id } = await send(world, { to: { userId: ann.id } });
  await world.notifications.snooze(ann.id, id, world.clock.now() + MINUTE);
  await world.notifications.snooze(ann.id, id, world.clock.now() + 2 * MINUTE);
  world.notifications.start();
  await pass(world, MINUTE);
  assert.equal((await list(world, ann, "all")).length, 0);
  const counts = await world.notifications.snooze(ann.id, id, null);
  assert.deepEqual(counts, { unreadCount: 1, unseenCount: 1 });
  assert.equal((await list(world, ann, "snoozed")).length, 0);
  await pass(world, 2 * MINUTE);
  assert.equal((await list(world, ann, "all")).length, 1);
});

Deno.test("two devices that snooze at the same moment make one copy", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const { id } = await send(world, { to: { userId: ann.id } });
  const at = world.clock.now() + MINUTE;
  await Promise.all(Array.from({ length: 5 }, () => world.notifications.snooze(ann.id, id, at)));
  world.notifications.start();
  await pass(world, MINUTE);
  assert.equal((await list(world, ann, "all")).length, 1);
});

Deno.test("R8 snooze: somebody else's is not there, nor what is put off already by preferences", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const { id } = await send(world, { to: { userId: ann.id } });
  const at = world.clock.now() + MINUTE;
  for (const until of [at, null]) {
    for (const what of [id, "n999", "nonsense"]) {
      await assert.rejects(world.notifications.snooze(ben.id, what, until), isCode("not_found"));
    }
  }
});

Deno.test("R10 snooze: a time that is over or beyond a year is refused, and the hundred-and-first", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  const { id } = await send(world, { to: { userId: ann.id } });
  for (const ms of [0, 367 * 24 * 60 * MINUTE]) {
    await assert.rejects(world.notifications.snooze(ann.id, id, world.clock.now() + ms), {
      code: "invalid",
      issues: [{ path: "until", message: "must lie within the next 366 days" }],
    });
  }
  const at = world.clock.now() + MINUTE;
  for (let i = 0; i < SNOOZED_MAX; i++) {
    const sent = await send(world, { to: { userId: ann.id } });
    await world.notifications.snooze(ann.id, sent.id, at);
  }
  await assert.rejects(world.notifications.snooze(ann.id, id, at), isCode("conflict"));
});

Deno.test("group: alike ones of one sender have the same, whoever reads them; others have another", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  await send(world, { to: { userId: ann.id }, collapseKey: "submissions" });
  await send(world, { to: { userIds: [ann.id, ben.id] }, collapseKey: "submissions" });
  const other = { ...service, keyId: "k2" } as Principal;
  const input = { ...about, to: { userId: ann.id }, collapseKey: "submissions" };
  await world.notifications.send(other, input, null);
  await send(world, { to: { userId: ann.id } });
  const groups = (await list(world, ann, "all")).map(({ group }) => group).reverse();
  assert.equal(groups[0], groups[1]);
  assert.notEqual(groups[2], groups[0]);
  assert.equal(groups[3], undefined);
  assert.doesNotMatch(groups[0] ?? "", /submissions/);
});
