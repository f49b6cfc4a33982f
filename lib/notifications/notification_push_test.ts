import assert from "node:assert/strict";
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { keys } from "../kv/keys.ts";
import { until } from "../testing/fake_clock.ts";
import { about, service } from "../testing/notices.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";
import { tagOf } from "./notification_push.ts";
import type { NotifyInput } from "./types.ts";

const caller = { userAgent: "Firefox/140.0 Linux", address: "::1" };

async function pushWorld() {
  let clock = { now: Date.now };
  const fixture = new PushFixture(() => clock.now());
  const world = await createWorld({ pushOrigin: fixture.origin });
  clock = world.clock;
  world.push.start();
  const dispose = async () => {
    await world[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  };
  const subscribe = async (person: TestPerson) => {
    const { id, body } = fixture.subscribe();
    await world.push.subscribe(person.id, body, caller);
    return id;
  };
  const send = (input: Partial<NotifyInput> & Pick<NotifyInput, "to">) =>
    world.notifications.send(service, { ...about, ...input }, null);
  return { world, fixture, subscribe, send, [Symbol.asyncDispose]: dispose };
}

async function settled(world: World) {
  await until(async () => {
    await world.clock.advance(1000);
    const jobs = await Array.fromAsync(world.store.kv.list({ prefix: keys.pushJobs() }));
    return jobs.length === 0;
  }, "all pushes are made");
}
const payloads = (fixture: PushFixture) =>
  fixture.received.map(({ text }) => JSON.parse(text ?? "").notification);

Deno.test("a notification reaches each device of its person after the grace, and leads to its link", async () => {
  await using w = await pushWorld();
  const [ann, ben] = [await w.world.person("Ann"), await w.world.person("Ben")];
  await w.subscribe(ann);
  await w.subscribe(ann);
  await w.subscribe(ben);
  const { id } = await w.send({ to: { userId: ann.id }, link: "/courses/3", urgency: "high" });
  await settled(w.world);
  assert.equal(w.fixture.received.length, 2);
  for (const { urgency, text } of w.fixture.received) {
    assert.equal(urgency, "high");
    const { app_badge, notification } = JSON.parse(text ?? "");
    assert.equal(app_badge, 1);
    assert.equal(notification.title, "Graded");
    assert.equal(notification.body, "You passed");
    assert.equal(notification.navigate, "/courses/3");
    assert.equal(notification.tag, `notification:${id}`);
    assert.equal(notification.data.dismiss, `/api/notifications/${id}/read`);
  }
});

Deno.test("a room's notification is pushed to its members, a broadcast to whoever has a device", async () => {
  await using w = await pushWorld();
  const [ann, ben, cleo] = [
    await w.world.person("Ann"),
    await w.world.person("Ben"),
    await w.world.person("Cleo"),
  ];
  const devices = {
    [await w.subscribe(ann)]: "ann",
    [await w.subscribe(ben)]: "ben",
    [await w.subscribe(cleo)]: "cleo",
  };
  const room = await w.world.rooms.create({ userId: ann.id, role: "instructor" }, {
    name: "Cohort",
    memberIds: [ben.id],
  });
  const who = () => w.fixture.received.splice(0).map(({ id }) => devices[id]).sort();
  await w.send({ to: { room: room.id } });
  await settled(w.world);
  assert.deepEqual(who(), ["ann", "ben"]);
  await w.send({ to: { broadcast: true } });
  await settled(w.world);
  assert.deepEqual(who(), ["ann", "ben", "cleo"]);
  await w.send({ to: { userIds: [ann.id, cleo.id] } });
  await settled(w.world);
  assert.deepEqual(who(), ["ann", "cleo"]);
});

Deno.test("a broadcast goes through every page of devices", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  const profile = (await w.world.store.kv.get<Record<string, unknown>>(keys.user(ann.id))).value;
  for (let i = 0; i < 230; i++) {
    const id = `host-${i}`;
    await w.world.store.kv.set(keys.user(id), { ...profile, id });
    await w.subscribe({ ...ann, id });
  }
  await w.send({ to: { broadcast: true } });
  await settled(w.world);
  assert.equal(w.fixture.received.length, 230);
  assert.equal(new Set(w.fixture.received.map(({ id }) => id)).size, 230);
});

Deno.test("what was read or seen within the grace is not pushed, and the device says why", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  const outcome = async () => (await w.world.push.listDevices(ann.id))[0]?.lastOutcome;
  const { id } = await w.send({ to: { userId: ann.id } });
  await w.world.notifications.markRead(ann.id, id);
  await settled(w.world);
  assert.match((await outcome())?.reason ?? "", /read before/);
  await w.send({ to: { userId: ann.id } });
  await w.world.notifications.markSeen(ann.id);
  await settled(w.world);
  assert.match((await outcome())?.reason ?? "", /seen in the bell/);
  assert.equal((await outcome())?.result, "suppressed");
  assert.equal(w.fixture.received.length, 0);
});

Deno.test("what a visible window shows is not pushed; a hidden window does not count", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  const device = await w.world.connect(ann);
  await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  assert.equal(w.fixture.received.length, 1);
  device.send({ type: "visibility", visible: true });
  await device.roundTrip();
  await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  assert.equal(w.fixture.received.length, 1);
  const [row] = await w.world.push.listDevices(ann.id);
  assert.match(row?.lastOutcome?.reason ?? "", /visible/);
});

Deno.test("P3 P22 alike ones share a tag and a topic by their collapse key", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  for (const collapseKey of ["course-3", "course-3", "course-4"]) {
    await w.send({ to: { userId: ann.id }, collapseKey });
    await settled(w.world);
  }
  const [a, b, c] = payloads(w.fixture).map(({ tag }) => tag);
  assert.equal(a, b);
  assert.notEqual(a, c);
  const [x, y, z] = w.fixture.received.map(({ topic }) => topic);
  assert.equal(x, y);
  assert.notEqual(x, z);
  assert.notEqual(tagOf({ id: "n1", collapseKey: null }), tagOf({ id: "n1", collapseKey: "n1" }));
});

Deno.test("P25 the next push closes what was read on another device", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  const first = await w.send({ to: { userId: ann.id } });
  const second = await w.send({ to: { broadcast: true } });
  await settled(w.world);
  await w.world.notifications.markRead(ann.id, second.id);
  await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  assert.deepEqual(payloads(w.fixture).at(-1).data.close, [`notification:${second.id}`]);
  await w.world.notifications.markAllRead(ann.id);
  const fourth = await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  const { close } = payloads(w.fixture).at(-1).data;
  assert.ok(close.includes(`notification:${first.id}`));
  assert.equal(close.includes(`notification:${fourth.id}`), false);
});

Deno.test("messages and notifications share the badge", async () => {
  await using w = await pushWorld();
  const [ann, ben] = [await w.world.person("Ann"), await w.world.person("Ben")];
  await w.subscribe(ann);
  await w.world.chat.send(ben.id, { receiverId: ann.id, content: "hi" });
  await w.world.chat.send(ben.id, { receiverId: ann.id, content: "there" });
  await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  const badges = w.fixture.received.map(({ text }) => JSON.parse(text ?? "").app_badge);
  assert.deepEqual(badges, [3, 3]);
});

Deno.test("the badge leaves out what was seen in the bell, read or not", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  await w.world.notifications.markSeen(ann.id);
  await w.send({ to: { userId: ann.id } });
  await settled(w.world);
  const badges = w.fixture.received.map(({ text }) => JSON.parse(text ?? "").app_badge);
  assert.deepEqual(badges, [1, 1]);
});

Deno.test("what is kept out of the bell is not told on the socket, and still comes as a push", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  const device = await w.world.connect(ann);
  const categories = { grades: { bell: false } };
  await w.world.services.preferences.setPreferences(ann.id, { categories });
  await w.send({ to: { broadcast: true }, category: "grades", title: "Kept out" });
  await w.send({ to: { broadcast: true }, category: "general", title: "Shown" });
  await device.waitFor("notification", 1);
  await device.roundTrip();
  const told = device.of("notification");
  assert.deepEqual(told.map(({ notification }) => notification.title), ["Shown"]);
  assert.deepEqual([told[0]?.unreadCount, told[0]?.unseenCount], [1, 1]);
  await settled(w.world);
  assert.deepEqual(payloads(w.fixture).map(({ title }) => title).sort(), ["Kept out", "Shown"]);
});

Deno.test("a category whose push is switched off lies in the bell alone", async () => {
  await using w = await pushWorld();
  const ann = await w.world.person("Ann");
  await w.subscribe(ann);
  const categories = { grades: { push: false } };
  await w.world.services.preferences.setPreferences(ann.id, { categories });
  await w.send({ to: { userId: ann.id }, category: "grades", urgency: "high" });
  await settled(w.world);
  assert.deepEqual(w.fixture.received, []);
  assert.equal((await w.world.notifications.counts(ann.id)).unreadCount, 1);
});
