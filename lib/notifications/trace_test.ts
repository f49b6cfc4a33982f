import assert from "node:assert/strict";
import { PushFixture } from "../../tests/push/push_fixture.ts";
import type { Principal } from "../identity/types.ts";
import { until } from "../testing/fake_clock.ts";
import { about, service } from "../testing/notices.ts";
import { caller } from "../testing/push_world.ts";
import { createWorld, principalOf, type World } from "../testing/world.ts";

const MINUTE = 60_000;
const admin: Principal = { kind: "service", keyId: "k_ops", scopes: ["admin"], via: "bearer" };
const page = { limit: 10 };
const isUnknown = { code: "not_found", message: "Cannot trace it: no such notification" };

async function school() {
  let now = Date.now;
  const fixture = new PushFixture(() => now());
  const world = await createWorld({ pushOrigin: fixture.origin });
  now = world.clock.now;
  const people = [await world.person("Ann"), await world.person("Ben"), await world.person("Cleo")];
  people.sort((a, b) => a.id < b.id ? -1 : 1);
  return {
    world,
    fixture,
    people,
    ids: people.map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

/** Lets time pass until no push waits any more. */
async function pushAll(world: World): Promise<void> {
  world.push.start();
  await until(async () => {
    await world.clock.advance(1000);
    return (await world.push.backlog()).waiting === 0;
  }, "all is pushed");
}

Deno.test("trace: who has it in which state, and what became of the push to each device", async () => {
  await using s = await school();
  const { world, fixture, ids } = s;
  const [ann = "", ben = "", cleo = ""] = ids;
  await world.push.subscribe(ann, fixture.subscribe().body, caller);
  const broken = fixture.subscribe();
  await world.push.subscribe(ben, broken.body, caller);
  fixture.answer(broken.id, { status: 413 });
  const { id } = await world.notifications.send(service, { ...about, to: { userIds: ids } }, null);
  await pushAll(world);
  await world.notifications.markSeen(ann);
  await world.notifications.markRead(ben, id);
  const { trace, after } = await world.notifications.trace(service, id, page);
  assert.equal(after, null);
  assert.deepEqual(
    [trace.id, trace.state, trace.notificationId, trace.audience, trace.recipients, trace.sender],
    [id, "sent", id, { kind: "users" }, 3, { kind: "service", keyId: "k1" }],
  );
  assert.deepEqual(
    trace.people.map(({ userId, bell, pushes }) => [
      userId,
      bell,
      pushes.map(({ device, result, status }) => [device, result, status]),
    ]),
    [
      [ann, "seen", [["Firefox on Linux", "sent", 201]]],
      [ben, "read", [["Firefox on Linux", "refused", 413]]],
      [cleo, "unseen", []],
    ],
  );
  await world.notifications.archive(cleo, id);
  const { trace: again } = await world.notifications.trace(admin, id, { limit: 10, after: ben });
  assert.deepEqual(again.people.map(({ userId, bell }) => [userId, bell]), [[cleo, "archived"]]);
});

Deno.test("trace: rooms and everybody are paged by id, without who came later", async () => {
  await using s = await school();
  const { world, ids } = s;
  const { id } = await world.notifications.send(
    service,
    { ...about, to: { broadcast: true } },
    null,
  );
  await world.clock.advance(1000);
  await world.person("Late");
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const next = await world.notifications.trace(service, id, { limit: 1, after });
    assert.ok(next.trace.people.length <= 1);
    assert.deepEqual(next.trace.audience, { kind: "broadcast" });
    seen.push(...next.trace.people.map(({ userId }) => userId));
    after = next.after ?? undefined;
  } while (after !== undefined);
  assert.deepEqual(seen, ids);
});

Deno.test("trace: what waits, what was cancelled and what was sent with sendAt", async () => {
  await using s = await school();
  const { world, ids: [ann = ""] } = s;
  world.notifications.start();
  const accepted = new Date(world.clock.now()).toISOString();
  const sendAt = new Date(world.clock.now() + MINUTE).toISOString();
  const send = () =>
    world.notifications.send(service, { ...about, to: { userId: ann }, sendAt }, null);
  const { id: kept } = await send();
  const { id: dropped } = await send();
  await world.notifications.cancel(service, dropped);
  const stateOf = async (id: string) => {
    const { trace } = await world.notifications.trace(service, id, page);
    return [trace.state, trace.acceptedAt, trace.sendAt, trace.people.length];
  };
  assert.deepEqual(await stateOf(kept), ["waiting", accepted, sendAt, 0]);
  assert.deepEqual(await stateOf(dropped), ["cancelled", accepted, sendAt, 0]);
  await until(async () => {
    await world.clock.advance(MINUTE / 4);
    return (await stateOf(kept))[0] === "sent";
  }, "it is sent");
  const { trace } = await world.notifications.trace(service, kept, page);
  const [notification] = (await world.notifications.list(ann, { filter: "all", limit: 1 }))
    .notifications;
  assert.equal(trace.notificationId, notification?.id);
  assert.deepEqual(trace.people, [{ userId: ann, bell: "unseen", pushes: [] }]);
});

Deno.test("R8 trace: only its sender and admins find it, also what waits", async () => {
  await using s = await school();
  const { world, people: [ann, ben], ids: [annId = ""] } = s;
  const instructor = principalOf(ben!, "instructor");
  const to = { userId: annId };
  const { id } = await world.notifications.send(service, { ...about, to }, null);
  const sendAt = new Date(world.clock.now() + MINUTE).toISOString();
  const { id: waiting } = await world.notifications.send(service, { ...about, to, sendAt }, null);
  const otherKey: Principal = { ...service, keyId: "another" } as Principal;
  for (const stranger of [principalOf(ann!), instructor, otherKey]) {
    for (const asked of [id, waiting, "n999", "sch_none", "x"]) {
      await assert.rejects(world.notifications.trace(stranger, asked, page), isUnknown);
    }
  }
  // The seq is right, and the id is not.
  await assert.rejects(world.notifications.trace(admin, id.replace("n", "b"), page), isUnknown);
  for (const asked of [id, waiting]) {
    assert.equal((await world.notifications.trace(admin, asked, page)).trace.id, asked);
    const byAdmin = principalOf(ben!, "admin");
    assert.equal((await world.notifications.trace(byAdmin, asked, page)).trace.id, asked);
  }
});
