import assert from "node:assert/strict";
import { about, service } from "../testing/notices.ts";
import { createWorld } from "../testing/world.ts";
import { MISSED_MAX } from "./notification_service.ts";

Deno.test("R4 R6 each device gets each notification once, in order, with the counts after it", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const [one, two] = [await world.connect(ann), await world.connect(ann)];
  const other = await world.connect(ben);
  for (let i = 1; i <= 20; i++) {
    await world.notifications.send(service, { ...about, to: { userId: ann.id } }, null);
  }
  for (const device of [one, two]) {
    await device.waitFor("notification", 20);
    await device.roundTrip();
    assert.deepEqual(
      device.of("notification").map(({ notification }) => notification.seq),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    const last = device.of("notification").at(-1);
    assert.deepEqual([last?.unreadCount, last?.unseenCount], [20, 20]);
  }
  await other.roundTrip();
  assert.deepEqual(other.of("notification"), []);
});

Deno.test("R9 a broadcast and a room reach who is connected, each with counts of their own", async () => {
  await using world = await createWorld();
  const people = [
    await world.person("Ann"),
    await world.person("Ben"),
    await world.person("Cleo"),
  ] as const;
  const [ann, ben, cleo] = people;
  const room = await world.rooms.create({ userId: ann.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [ben.id],
  });
  await world.notifications.send(service, { ...about, to: { userId: ann.id } }, null);
  const devices = {
    ann: await world.connect(ann),
    ben: await world.connect(ben),
    cleo: await world.connect(cleo),
  };
  await world.notifications.send(service, { ...about, to: { room: room.id } }, null);
  // Counts are those of the moment of telling, so each is told before the next is sent.
  await devices.ann.waitFor("notification", 1);
  await devices.ben.waitFor("notification", 1);
  await world.notifications.send(service, { ...about, to: { broadcast: true } }, null);
  await devices.ann.waitFor("notification", 2);
  await devices.ben.waitFor("notification", 2);
  await devices.cleo.waitFor("notification", 1);
  await devices.cleo.roundTrip();
  const seen = (name: keyof typeof devices) =>
    devices[name].of("notification").map(({ notification, unreadCount }) => [
      notification.seq,
      unreadCount,
    ]);
  assert.deepEqual(seen("ann"), [[2, 2], [3, 3]]);
  assert.deepEqual(seen("ben"), [[2, 1], [3, 2]]);
  assert.deepEqual(seen("cleo"), [[3, 1]]);
});

Deno.test("R7 what is seen, read and archived on one device is so on the others, and nobody else's", async () => {
  await using world = await createWorld();
  const { notifications } = world;
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    ids.push((await notifications.send(service, { ...about, to: { broadcast: true } }, null)).id);
  }
  const device = await world.connect(ann);
  const other = await world.connect(ben);
  const steps = [
    () => notifications.markSeen(ann.id),
    () => notifications.markRead(ann.id, ids[0] ?? ""),
    () => notifications.archive(ann.id, ids[1] ?? ""),
    () => notifications.markAllRead(ann.id),
  ];
  for (const [i, step] of steps.entries()) {
    await step();
    await device.waitFor("notification.changed", i + 1);
    // Once more changes nothing, so it tells nothing.
    await step();
  }
  await device.roundTrip();
  assert.deepEqual(device.of("notification.changed"), [
    { type: "notification.changed", ids: [], state: "seen", unreadCount: 3, unseenCount: 0 },
    { type: "notification.changed", ids: [ids[0]], state: "read", unreadCount: 2, unseenCount: 0 },
    {
      type: "notification.changed",
      ids: [ids[1]],
      state: "archived",
      unreadCount: 1,
      unseenCount: 0,
    },
    { type: "notification.changed", ids: [], state: "read_all", unreadCount: 0, unseenCount: 0 },
  ]);
  await other.roundTrip();
  assert.deepEqual(other.of("notification.changed"), []);
  assert.equal((await notifications.counts(ben.id)).unreadCount, 3);
});

Deno.test("R7 R11 another server tells its devices too", async () => {
  await using world = await createWorld({ shared: true });
  const other = await world.another();
  const ann = await world.person("Ann");
  const device = await other.connect(ann);
  const { id } = await world.notifications.send(service, { ...about, to: { userId: ann.id } }, "k");
  const { notification, unreadCount } = await device.wait("notification");
  assert.deepEqual([notification.id, unreadCount], [id, 1]);
  await world.notifications.markRead(ann.id, id);
  assert.equal((await device.wait("notification.changed")).unreadCount, 0);
  await other.notifications.send(service, { ...about, to: { broadcast: true } }, null);
  const second = await device.wait("notification", ({ notification: { seq } }) => seq === 2);
  assert.equal(second.unreadCount, 1);
});

Deno.test("R5 resume brings what was missed, and what was read elsewhere meanwhile", async () => {
  await using world = await createWorld();
  const { notifications } = world;
  const ann = await world.person("Ann");
  const send = () => notifications.send(service, { ...about, to: { userId: ann.id } }, null);
  const first = await send();
  const second = await send();
  await send();
  await send();
  await notifications.markRead(ann.id, first.id);
  await notifications.archive(ann.id, second.id);
  const device = await world.connect(ann);
  device.send({ type: "resume", conversations: {}, notifications: 2 });
  await device.wait("resumed");
  assert.deepEqual(device.of("notification").map(({ notification: { seq } }) => seq), [3, 4]);
  assert.deepEqual(device.of("notification.changed"), [
    {
      type: "notification.changed",
      ids: [second.id, first.id],
      state: "read",
      unreadCount: 2,
      unseenCount: 2,
    },
    {
      type: "notification.changed",
      ids: [second.id],
      state: "archived",
      unreadCount: 2,
      unseenCount: 2,
    },
  ]);
});

Deno.test("R10 a resume brings the newest ones at most, with counts of all", async () => {
  await using world = await createWorld();
  const ann = await world.person("Ann");
  for (let i = 0; i < MISSED_MAX + 10; i++) {
    await world.notifications.send(service, { ...about, to: { userId: ann.id } }, null);
  }
  const frames = await world.notifications.missed(ann.id, 0);
  const seqs = frames.flatMap((frame) =>
    frame.type === "notification" ? [frame.notification.seq] : []
  );
  assert.deepEqual([seqs.length, seqs[0], seqs.at(-1)], [MISSED_MAX, 11, MISSED_MAX + 10]);
  for (const frame of frames) {
    if ("unreadCount" in frame) assert.equal(frame.unreadCount, MISSED_MAX + 10);
  }
});

Deno.test("a room's notification is not told to who has left it", async () => {
  await using world = await createWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const by = { userId: ann.id, role: "instructor" } as const;
  const room = await world.rooms.create(by, { name: "Cohort", memberIds: [ben.id] });
  const [here, gone] = [await world.connect(ann), await world.connect(ben)];
  await world.rooms.removeMember(by, room.id, ben.id);
  await world.notifications.send(service, { ...about, to: { room: room.id } }, null);
  await here.wait("notification");
  await gone.roundTrip();
  assert.deepEqual(gone.of("notification"), []);
});
