import assert from "node:assert/strict";
import { keys } from "../kv/keys.ts";
import { AppError } from "../shared/errors.ts";
import type { Principal } from "../identity/types.ts";
import { about, service } from "../testing/notices.ts";
import { createWorld, principalOf, type TestPerson, type World } from "../testing/world.ts";
import type { NotifyInput } from "./types.ts";

const to = (userId: string): NotifyInput => ({ to: { userId }, ...about });

async function people(world: World, ...names: string[]): Promise<TestPerson[]> {
  const made: TestPerson[] = [];
  for (const name of names) made.push(await world.person(name));
  return made;
}
async function rows(world: World, prefix: Deno.KvKey): Promise<number> {
  return (await Array.fromAsync(world.store.kv.list({ prefix }))).length;
}
const all = { filter: "all", limit: 100 } as const;
async function titles(world: World, userId: string, filter: "all" | "unread" | "archived" = "all") {
  const { notifications } = await world.notifications.list(userId, { filter, limit: 100 });
  return notifications.map(({ title }) => title);
}
const failsWith = (code: string, path?: string) => (error: unknown) =>
  error instanceof AppError && error.code === code &&
  (path === undefined || error.issues?.[0]?.path === path);

Deno.test("a notification is listed as it was sent, under the id that the sender got", async () => {
  await using world = await createWorld();
  const [ann] = await people(world, "Ann") as [TestPerson];
  const sent = await world.notifications.send(service, { ...to(ann.id), link: "/a" }, null);
  assert.equal(sent.recipients, 1);
  const { notifications, before, ...counts } = await world.notifications.list(ann.id, all);
  assert.deepEqual(notifications, [{
    id: sent.id,
    seq: 1,
    type: "grade",
    title: "Graded",
    message: "You passed",
    link: "/a",
    category: "general",
    createdAt: new Date(world.clock.now()).toISOString(),
    seenAt: null,
    readAt: null,
    archivedAt: null,
  }]);
  assert.equal(before, null);
  assert.deepEqual(counts, { unreadCount: 1, unseenCount: 1 });
});

Deno.test("members and keys without the scope may not send; instructors, admins and keys may", async () => {
  await using world = await createWorld();
  const [ann] = await people(world, "Ann") as [TestPerson];
  const send = (by: Principal) => world.notifications.send(by, to(ann.id), null);
  await assert.rejects(send(principalOf(ann)), failsWith("forbidden"));
  await assert.rejects(send({ ...service, scopes: [] }), failsWith("forbidden"));
  for (
    const by of [
      principalOf(ann, "instructor"),
      principalOf(ann, "admin"),
      service,
      { ...service, scopes: ["admin"] } as Principal,
    ]
  ) await send(by);
  assert.equal((await world.notifications.counts(ann.id)).unreadCount, 4);
});

Deno.test("R8 a room does not exist for an instructor who is not in it", async () => {
  await using world = await createWorld();
  const [ann, ben] = await people(world, "Ann", "Ben") as [TestPerson, TestPerson];
  const room = await world.rooms.create({ userId: ann.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [],
  });
  const send = (by: Principal, id: string) =>
    world.notifications.send(by, { to: { room: id }, ...about }, null);
  await assert.rejects(
    send(principalOf(ben, "instructor"), room.id),
    failsWith("not_found", "to.room"),
  );
  await assert.rejects(
    send(principalOf(ben, "instructor"), "r_none"),
    failsWith("not_found", "to.room"),
  );
  assert.equal((await send(principalOf(ann, "instructor"), room.id)).recipients, 1);
  assert.equal((await send(principalOf(ben, "admin"), room.id)).recipients, 1);
  await assert.rejects(send(service, "r_none"), failsWith("not_found", "to.room"));
});

Deno.test("recipients that do not exist are named by their field, and nothing is sent", async () => {
  await using world = await createWorld();
  const [ann] = await people(world, "Ann") as [TestPerson];
  await assert.rejects(
    world.notifications.send(service, to("nobody"), null),
    failsWith("not_found", "to.userId"),
  );
  await assert.rejects(
    world.notifications.send(service, { ...about, to: { userIds: [ann.id, "nobody"] } }, null),
    failsWith("not_found", "to.userIds.1"),
  );
  assert.deepEqual(await titles(world, ann.id), []);
});

Deno.test("the same Idempotency-Key and body answer the same once and for all", async () => {
  await using world = await createWorld();
  const [ann] = await people(world, "Ann") as [TestPerson];
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => world.notifications.send(service, to(ann.id), "key-1")),
  );
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  const again = await world.notifications.send(
    service,
    { message: "You passed", title: "Graded", type: "grade", to: { userId: ann.id } },
    "key-1",
  );
  assert.deepEqual(again, answers[0]);
  assert.equal((await titles(world, ann.id)).length, 1);
});

Deno.test("another body under the same key is idempotency_mismatch, also at the same moment", async () => {
  await using world = await createWorld();
  const [ann] = await people(world, "Ann") as [TestPerson];
  const results = await Promise.allSettled([
    world.notifications.send(service, to(ann.id), "k"),
    world.notifications.send(service, { ...to(ann.id), title: "Other" }, "k"),
  ]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  await assert.rejects(
    world.notifications.send(service, { ...to(ann.id), title: "Third" }, "k"),
    failsWith("idempotency_mismatch"),
  );
  assert.equal((await titles(world, ann.id)).length, 1);
});

Deno.test("an idempotency key belongs to its caller", async () => {
  await using world = await createWorld();
  const [ann, ben] = await people(world, "Ann", "Ben") as [TestPerson, TestPerson];
  for (
    const by of [
      service,
      { ...service, keyId: "k2" },
      principalOf(ann, "admin"),
      principalOf(ben, "admin"),
    ]
  ) await world.notifications.send(by, to(ann.id), "same");
  assert.equal((await titles(world, ann.id)).length, 4);
});

Deno.test("R3 a commit whose outcome was lost sends once, with and without a key", async () => {
  let lose = 0;
  await using world = await createWorld({
    faults: {
      async commit(commit) {
        const result = await commit();
        if (lose-- > 0) throw new Error("the connection was reset");
        return result;
      },
    },
  });
  const [ann] = await people(world, "Ann") as [TestPerson];
  for (const key of [null, "k"]) {
    lose = 2;
    await world.notifications.send(service, to(ann.id), key);
  }
  assert.equal((await titles(world, ann.id)).length, 2);
});

Deno.test("R9 a room and everybody get one row, whoever is in it, and people who were offline too", async () => {
  await using world = await createWorld();
  const made = await people(world, ...Array.from({ length: 12 }, (_, i) => `Person ${i}`));
  const [owner, ...others] = made as [TestPerson, ...TestPerson[]];
  const room = await world.rooms.create({ userId: owner.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: others.slice(0, 5).map(({ id }) => id),
  });
  const written = async (input: NotifyInput) => {
    const prefixes: Deno.KvKey[] = [["notification"], ["inbox"], ["inbox_times"], ["push_job"]];
    const count = async () => (await Promise.all(prefixes.map((p) => rows(world, p)))).join(" ");
    const before = await count();
    const { recipients } = await world.notifications.send(service, input, null);
    return { recipients, before, after: await count() };
  };
  assert.deepEqual(await written({ ...about, title: "Room", to: { room: room.id } }), {
    recipients: 6,
    before: "0 0 0 0",
    after: "1 0 0 1",
  });
  assert.deepEqual(await written({ ...about, title: "All", to: { broadcast: true } }), {
    recipients: 12,
    before: "1 0 0 1",
    after: "2 0 0 2",
  });
  assert.deepEqual(await titles(world, others[0]?.id ?? ""), ["All", "Room"]);
  assert.deepEqual(await titles(world, others[9]?.id ?? ""), ["All"]);
});

Deno.test("a thousand people get it in one call, each once, also when it is called again", async () => {
  await using world = await createWorld();
  const [ann, ben] = await people(world, "Ann", "Ben") as [TestPerson, TestPerson];
  const others = Array.from({ length: 998 }, (_, i) => `host-${i}`);
  for (const id of others) {
    await world.store.kv.set(keys.user(id), {
      ...(await world.store.kv.get<Record<string, unknown>>(keys.user(ann.id))).value,
      id,
    });
  }
  const userIds = [ann.id, ben.id, ...others, ann.id];
  const input = { ...about, to: { userIds } };
  const sent = await world.notifications.send(service, input, "k");
  assert.equal(sent.recipients, 1000);
  assert.deepEqual(await world.notifications.send(service, input, "k"), sent);
  for (const id of [ann.id, ben.id, "host-0", "host-997"]) {
    const { notifications } = await world.notifications.list(id, all);
    assert.deepEqual(notifications.map((one) => [one.id, one.title]), [[sent.id, "Graded"]]);
  }
  assert.equal(await rows(world, ["notification_content"]), 1);
});

Deno.test("R5 a send that stopped half-way is finished by calling again with the same key", async () => {
  await using world = await createWorld({ shared: true });
  const [ann] = await people(world, "Ann") as [TestPerson];
  const userIds = [ann.id];
  for (let i = 0; i < 150; i++) {
    userIds.push(`host-${i}`);
    await world.store.kv.set(keys.user(`host-${i}`), {
      ...(await world.store.kv.get<Record<string, unknown>>(keys.user(ann.id))).value,
      id: `host-${i}`,
    });
  }
  const input = { ...about, to: { userIds } };
  const sent = await world.notifications.send(service, input, "k");
  // What a crash between the two writes leaves.
  for (const id of userIds.slice(100)) {
    await world.store.kv.atomic().delete(keys.notification(`u:${id}`, 1))
      .delete(keys.notificationLog(`u:${id}`)).commit();
  }
  const { notifications } = await world.another();
  const titlesOf = async (userId: string) =>
    (await notifications.list(userId, all)).notifications.map(({ title }) => title);
  assert.deepEqual(await titlesOf("host-149"), []);
  assert.deepEqual(await notifications.send(service, input, "k"), sent);
  assert.deepEqual(await titlesOf("host-149"), ["Graded"]);
  assert.deepEqual(await titlesOf("host-0"), ["Graded"]);
});

Deno.test("people see what was sent since they came: to the site, and to each room", async () => {
  await using world = await createWorld();
  const [ann] = await people(world, "Ann") as [TestPerson];
  const by = { userId: ann.id, role: "instructor" } as const;
  const room = await world.rooms.create(by, { name: "Cohort", memberIds: [] });
  const toRoom = async (title: string) => {
    await world.clock.advance(1000);
    await world.notifications.send(service, { ...about, title, to: { room: room.id } }, null);
    await world.clock.advance(1000);
  };
  for (let i = 0; i < 9; i++) await toRoom(`before ${i}`);
  await world.notifications.send(
    service,
    { ...about, title: "old", to: { broadcast: true } },
    null,
  );
  await world.clock.advance(1000);
  const ben = await world.person("Ben");
  await world.rooms.addMember(by, room.id, ben.id);
  await toRoom("during");
  assert.deepEqual(await titles(world, ben.id), ["during"]);
  assert.deepEqual(await world.notifications.counts(ben.id), { unreadCount: 1, unseenCount: 1 });
  await world.notifications.markAllRead(ben.id);
  await world.rooms.removeMember(by, room.id, ben.id);
  assert.deepEqual(await titles(world, ben.id), []);
  await toRoom("away");
  await world.rooms.addMember(by, room.id, ben.id);
  await toRoom("again");
  assert.deepEqual(await titles(world, ben.id), ["again"]);
  assert.equal((await world.notifications.counts(ben.id)).unreadCount, 1);
});

Deno.test("R8 nobody reads or archives what is not theirs: as if it were not there", async () => {
  await using world = await createWorld();
  const [ann, ben] = await people(world, "Ann", "Ben") as [TestPerson, TestPerson];
  const room = await world.rooms.create({ userId: ann.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [],
  });
  const personal = await world.notifications.send(service, to(ann.id), null);
  const inRoom = await world.notifications.send(service, { ...about, to: { room: room.id } }, null);
  for (const id of [personal.id, inRoom.id, "n99", "b1", "r2.r_none", "nonsense", "n0", "n1.5"]) {
    await assert.rejects(world.notifications.markRead(ben.id, id), failsWith("not_found"), id);
    await assert.rejects(world.notifications.archive(ben.id, id), failsWith("not_found"), id);
  }
  assert.equal((await world.notifications.counts(ann.id)).unreadCount, 2);
});

Deno.test("read, seen and archived are told with their times, and stay as they were", async () => {
  await using world = await createWorld();
  const { notifications, clock } = world;
  const [ann] = await people(world, "Ann") as [TestPerson];
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) ids.push((await notifications.send(service, to(ann.id), null)).id);
  const [a, b, c] = ids as [string, string, string];
  const at = () => new Date(clock.now()).toISOString();
  await clock.advance(1000);
  const readAt = at();
  assert.deepEqual(await notifications.markRead(ann.id, a), { unreadCount: 3, unseenCount: 3 });
  await clock.advance(1000);
  const seenAt = at();
  assert.deepEqual(await notifications.markSeen(ann.id, 3), { unreadCount: 3, unseenCount: 1 });
  await clock.advance(1000);
  const archivedAt = at();
  assert.deepEqual(await notifications.archive(ann.id, b), { unreadCount: 2, unseenCount: 1 });
  await clock.advance(1000);
  assert.deepEqual(await notifications.markRead(ann.id, a), { unreadCount: 2, unseenCount: 1 });
  assert.deepEqual(await notifications.archive(ann.id, a), { unreadCount: 2, unseenCount: 1 });
  const allReadAt = at();
  assert.deepEqual(await notifications.markAllRead(ann.id), { unreadCount: 0, unseenCount: 0 });
  await clock.advance(1000);
  assert.deepEqual(await notifications.markAllRead(ann.id), { unreadCount: 0, unseenCount: 0 });
  const listed = await notifications.list(ann.id, all);
  assert.deepEqual(
    listed.notifications.map((one) => [one.seq, one.seenAt, one.readAt, one.archivedAt]),
    [[4, allReadAt, allReadAt, null], [3, seenAt, allReadAt, null]],
  );
  const archived = await notifications.list(ann.id, { filter: "archived", limit: 10 });
  assert.deepEqual(
    archived.notifications.map((one) => [one.id, one.seenAt, one.readAt, one.archivedAt]),
    [[b, seenAt, archivedAt, archivedAt], [a, readAt, readAt, allReadAt]],
  );
  assert.equal(c, listed.notifications[1]?.id);
});
