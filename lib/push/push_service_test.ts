import assert from "node:assert/strict";
// @ts-types="@types/web-push"
import webpush from "web-push";
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { openStore, type Store } from "../kv/store.ts";
import { keys } from "../kv/keys.ts";
import { AppError } from "../shared/errors.ts";
import { DEVICES_PER_USER } from "../shared/limits.ts";
import { silentLogger } from "../shared/logger.ts";
import { createFakeClock, type FakeClock, until } from "../testing/fake_clock.ts";
import { createVirtualDevice } from "../testing/virtual_device.ts";
import { PUSH_TTL_MS } from "./push_job.ts";
import { createPush } from "./push_service.ts";
import type { PushContent, PushService, PushSource } from "./types.ts";

const caller = { userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", address: "::1" };
const GRACE = 5000;

interface World extends AsyncDisposable {
  store: Store;
  clock: FakeClock;
  push: PushService;
  service: PushFixture;
  vapid: { publicKey: string; privateKey: string };
  /** What the source answers; by user. */
  unread: Map<string, PushContent>;
  suppressed: Map<string, string>;
  read: Set<string>;
  asked: number;
  /** What jitter is drawn. */
  random: number;
  restart(vapid?: { publicKey: string; privateKey: string }): Promise<PushService>;
  jobs(): Promise<unknown[]>;
  dead(): Promise<{ reason: string }[]>;
  make(id?: string): Promise<void>;
}

async function createWorld(): Promise<World> {
  const store = await openStore({ kind: "memory" });
  // The push service checks the tokens by the machine's own time.
  const clock = createFakeClock(Date.now());
  const service = new PushFixture();
  const rows = async <T>(prefix: Deno.KvKey) =>
    (await Array.fromAsync(store.kv.list<T>({ prefix }))).map(({ value }) => value);
  const open = (vapid: World["vapid"]) => {
    const push = createPush({
      store,
      clock,
      config: {
        appName: "SkillLink",
        appOrigin: null,
        pushGraceMs: GRACE,
        pushAllowedOrigins: [service.origin],
      },
      vapid: { ...vapid, subject: "mailto:ops@example.org" },
      log: silentLogger,
      random: () => world.random,
    });
    push.registerSource("notification", source);
    return push;
  };
  const source: PushSource = {
    recipients(job, cursor) {
      world.asked++;
      // One person a page.
      const users = [...new Set([...world.unread.keys(), ...world.suppressed.keys()])].sort();
      const [userId, after] = cursor === null ? users : users.slice(users.indexOf(cursor));
      const given = userId === undefined ? undefined : world.unread.get(userId);
      const content = given?.tag === "by job" ? { ...given, tag: job.id } : given;
      const reason = userId === undefined ? undefined : world.suppressed.get(userId);
      return Promise.resolve({
        recipients: userId && content && !reason ? [{ userId, content }] : [],
        suppressed: userId && reason ? [{ userId, reason }] : [],
        next: after ?? null,
      });
    },
    readTags: (_userId, tags) => Promise.resolve(tags.filter((tag) => world.read.has(tag))),
    unread: () => Promise.resolve(7),
  };
  const vapid = webpush.generateVAPIDKeys();
  const world: World = {
    store,
    clock,
    push: open(vapid),
    service,
    vapid,
    unread: new Map(),
    suppressed: new Map(),
    read: new Set(),
    asked: 0,
    random: 0.5,
    async restart(next = vapid) {
      await world.push.close();
      return world.push = open(next);
    },
    jobs: () => rows(keys.pushJobs()),
    dead: () => rows(["dead_push"]),
    async make(id = "n1") {
      const { push } = world;
      const job = { id, source: "notification", reference: { seq: 1 } } as const;
      const row = push.jobRow({ ...job, dueAt: push.dueAt(), createdAt: clock.now() });
      await store.kv.set(row.key, row.value);
    },
    async [Symbol.asyncDispose]() {
      await world.push.close();
      await service[Symbol.asyncDispose]();
      store.close();
    },
  };
  return world;
}

function content(clock: FakeClock, change: Partial<PushContent> = {}): PushContent {
  return {
    title: "Graded",
    body: "You passed",
    navigate: "/a",
    tag: "n1",
    urgency: "high",
    timestamp: clock.now(),
    badge: 1,
    ...change,
  };
}

/** Moves the time on until `condition` holds; pushes leave the process, so real time passes too. */
async function advanceUntil(
  world: World,
  condition: () => boolean | Promise<boolean>,
  what: string,
  step = 500,
) {
  await until(
    async () => {
      if (await condition()) return true;
      await world.clock.advance(step);
      return await condition();
    },
    what,
  );
}
const idle = (world: World) => async () => (await world.jobs()).length === 0;

Deno.test("P15 a subscription belongs to whoever is signed in, and is one device", async () => {
  await using world = await createWorld();
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
  await using world = await createWorld();
  const { push, service } = world;
  const { body } = service.subscribe();
  const old = await push.subscribe("ann", body, caller);
  const id = await push.subscribe("ben", body, caller);
  assert.notEqual(id, old);
  assert.deepEqual(await push.listDevices("ann"), []);
  assert.deepEqual((await push.listDevices("ben")).map((device) => device.id), [id]);
});

Deno.test("P19 what is no push service's endpoint, and keys that are none, are refused by name", async () => {
  await using world = await createWorld();
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
  await using world = await createWorld();
  const { push, service, clock } = world;
  const first = await push.subscribe("ann", service.subscribe().body, caller);
  await clock.advance(1000);
  await Promise.all(
    Array.from(
      { length: DEVICES_PER_USER - 2 },
      () => push.subscribe("ann", service.subscribe().body, caller),
    ).map((made, i) =>
      i === 0 ? made : made.catch(() => push.subscribe("ann", service.subscribe().body, caller))
    ),
  );
  await clock.advance(1000);
  await Promise.all([1, 2].map(() => push.subscribe("ann", service.subscribe().body, caller)));
  const ids = (await push.listDevices("ann")).map((device) => device.id);
  assert.equal(ids.length, DEVICES_PER_USER);
  assert.equal(ids.includes(first), false);
});

Deno.test("R8 nobody removes somebody else's device", async () => {
  await using world = await createWorld();
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

Deno.test("P1 P2 P3 P6 P8 P24 a job becomes an encrypted push after its grace, and says so", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  await clock.advance(GRACE - 1);
  assert.equal(world.asked, 0);
  await advanceUntil(world, idle(world), "the job is done");
  const [got] = service.received;
  assert.equal(service.received.length, 1);
  assert.equal(got?.status, 201);
  assert.equal(got?.urgency, "high");
  assert.ok(got && got.ttl > PUSH_TTL_MS / 1000 - 60 && got.ttl <= PUSH_TTL_MS / 1000);
  assert.match(got?.topic ?? "", /^[0-9a-f]{32}$/);
  assert.equal(got?.claims.sub, "mailto:ops@example.org");
  const payload = JSON.parse(got?.text ?? "");
  assert.equal(payload.notification.title, "Graded");
  assert.equal(payload.app_badge, 7);
  const [device] = await push.listDevices("ann");
  assert.equal(device?.lastOutcome?.result, "sent");
  assert.equal(device?.lastOutcome?.status, 201);
});

Deno.test("P6 two pushes to one origin carry the same JWT", async () => {
  await using world = await createWorld();
  const { push, service } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  await push.subscribe("ann", service.subscribe().body, caller);
  const results = await push.test("ann");
  assert.deepEqual(results.map(({ outcome }) => outcome.result), ["sent", "sent"]);
  assert.equal(service.received[0]?.token, service.received[1]?.token);
});

Deno.test("P9 404 and 410 delete the subscription", async () => {
  await using world = await createWorld();
  const { push, service } = world;
  for (const status of [404, 410]) {
    const { id, body } = service.subscribe();
    await push.subscribe("ann", body, caller);
    service.answer(id, { status });
    const [result] = await push.test("ann");
    assert.equal(result?.outcome.result, "gone");
    assert.deepEqual(await push.listDevices("ann"), []);
  }
});

Deno.test("P10 P13 each answer leaves its outcome on the device", async () => {
  await using world = await createWorld();
  const { push, service } = world;
  const cases = [
    { answer: { status: 413 }, result: "refused", state: "active" },
    { answer: { status: 400 }, result: "refused", state: "active" },
    { answer: { status: 500 }, result: "failed", state: "active" },
    { answer: { status: 429 }, result: "failed", state: "active" },
    { answer: { status: 403 }, result: "refused", state: "needs_resubscribe" },
    {
      answer: { status: 400, body: '{"reason":"VapidPkHashMismatch"}' },
      result: "refused",
      state: "needs_resubscribe",
    },
  ];
  for (const [i, { answer, result, state }] of cases.entries()) {
    const { id, body } = service.subscribe();
    await push.subscribe(`user${i}`, body, caller);
    service.answer(id, answer);
    const [tested] = await push.test(`user${i}`);
    assert.equal(tested?.outcome.result, result, JSON.stringify(answer));
    assert.equal(tested?.outcome.status, answer.status);
    const [device] = await push.listDevices(`user${i}`);
    assert.equal(device?.state, state);
    assert.deepEqual(device?.lastOutcome, tested?.outcome);
  }
});

Deno.test("P13 a device that must subscribe again is sent nothing until it has", async () => {
  await using world = await createWorld();
  const { push, service, clock } = world;
  const { id, body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  service.answer(id, { status: 403 });
  await push.test("ann");
  await push.test("ann");
  assert.equal(service.received.length, 1);
  await push.subscribe("ann", body, caller);
  await clock.advance(1);
  assert.equal((await push.test("ann"))[0]?.outcome.result, "sent");
});

Deno.test("P7 a redirect is not followed, and a long answer is read in part", async () => {
  await using world = await createWorld();
  const { push, service } = world;
  const { id, body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  service.answer(id, {
    status: 307,
    headers: { location: `${service.origin}/push/${id}` },
    body: "x".repeat(1_000_000),
  });
  const [result] = await push.test("ann");
  assert.equal(result?.outcome.result, "refused");
  assert.match(result?.outcome.reason ?? "", /elsewhere/);
  assert.equal(service.received.length, 1);
});

Deno.test("P12 a push service that does not answer is given up after 10 s", async () => {
  await using world = await createWorld();
  const { push, service, clock } = world;
  const { id, body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  service.answer(id, "timeout");
  const testing = push.test("ann");
  await service.waitFor(1);
  await clock.advance(10_000);
  const [result] = await testing;
  assert.equal(result?.outcome.result, "failed");
  assert.match(result?.outcome.reason ?? "", /in time/);
});

Deno.test("P12 no push service at all is a failure with a reason that holds no endpoint", async () => {
  await using world = await createWorld();
  const { push, service } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  await service[Symbol.asyncDispose]();
  const [result] = await push.test("ann");
  assert.equal(result?.outcome.result, "failed");
  assert.equal(result?.outcome.reason.includes("127.0.0.1"), false);
});

Deno.test("P11 P12 a push is tried again, not before Retry-After, and sent once", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  const { id, body } = service.subscribe();
  const other = service.subscribe();
  await push.subscribe("ann", body, caller);
  await push.subscribe("ann", other.body, caller);
  service.answer(id, { status: 429, headers: { "retry-after": "120" } }, { status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  await advanceUntil(world, () => service.received.length === 2, "both devices are tried");
  const paused = clock.now();
  await until(async () => (await world.jobs()).length === 1, "the retry is all that is left");
  await advanceUntil(world, () => service.received.length >= 3, "the second try", 5000);
  assert.ok(clock.now() - paused >= 120_000 - 1000);
  await advanceUntil(world, idle(world), "the third try went through");
  assert.deepEqual(
    service.received.filter((got) => got.id === id).map((got) => got.status),
    [429, 500, 201],
  );
  assert.equal(service.received.filter((got) => got.id === other.id).length, 1);
});

Deno.test("P12 what was read meanwhile is not tried again", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread, suppressed } = world;
  const { id, body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  service.answer(id, { status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  await advanceUntil(world, () => service.received.length === 1, "the first try");
  suppressed.set("ann", "read before it was sent");
  await advanceUntil(world, idle(world), "the retry is dropped");
  assert.equal(service.received.length, 1);
  const [device] = await push.listDevices("ann");
  assert.equal(device?.lastOutcome?.result, "suppressed");
  assert.equal(device?.lastOutcome?.reason, "read before it was sent");
});

Deno.test("P12 after its last try a push is a dead letter", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  service.answerAll({ status: 500 });
  unread.set("ann", content(clock));
  push.start();
  await world.make();
  world.random = 0.02;
  await advanceUntil(world, idle(world), "it is given up", 2000);
  assert.equal(service.received.length, 12);
  const [letter] = await world.dead();
  assert.equal(letter?.reason, "the push service failed");
});

Deno.test("a suppressed push is not sent, and the device says why", async () => {
  await using world = await createWorld();
  const { push, service, suppressed } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  suppressed.set("ann", "a window showed it");
  push.start();
  await world.make();
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(service.received.length, 0);
  const [device] = await push.listDevices("ann");
  assert.equal(device?.lastOutcome?.result, "suppressed");
});

Deno.test("a job goes through all its pages, and one device's failure holds up nobody", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  const ids: string[] = [];
  for (const userId of ["ann", "ben", "cleo"]) {
    const { id, body } = service.subscribe();
    ids.push(id);
    await push.subscribe(userId, body, caller);
    unread.set(userId, content(clock));
  }
  service.answer(ids[0] ?? "", { status: 410 });
  service.answer(ids[1] ?? "", { status: 500 });
  push.start();
  await world.make();
  await advanceUntil(world, idle(world), "all is done");
  assert.deepEqual(
    service.received.map(({ id, status }) => [ids.indexOf(id), status]),
    [[0, 410], [1, 500], [2, 201], [1, 201]],
  );
});

Deno.test("two servers on one store send a push once", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock, { tag: "by job" }));
  const other = createPush({
    store: world.store,
    clock,
    config: {
      appName: "SkillLink",
      appOrigin: null,
      pushGraceMs: GRACE,
      pushAllowedOrigins: [service.origin],
    },
    vapid: { ...world.vapid, subject: "mailto:ops@example.org" },
    log: silentLogger,
  });
  other.registerSource("notification", {
    recipients: (job) =>
      Promise.resolve({
        recipients: [{ userId: "ann", content: content(clock, { tag: job.id }) }],
        suppressed: [],
        next: null,
      }),
  });
  push.start();
  other.start();
  for (let i = 0; i < 20; i++) {
    await world.make(`n${i}`);
  }
  await advanceUntil(world, idle(world), "all jobs are done");
  await other.close();
  const tags = service.received.map(({ text }) => JSON.parse(text ?? "").notification.tag);
  assert.equal(tags.length, 20);
  assert.equal(new Set(tags).size, 20);
});

Deno.test("a job whose worker died is taken over when its lease ends", async () => {
  await using world = await createWorld();
  const { service, clock, unread } = world;
  await world.push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock));
  world.push.registerSource("notification", { recipients: () => new Promise(() => {}) });
  world.push.start();
  await world.make();
  await clock.advance(GRACE);
  await until(async () => {
    const [job] = await world.jobs() as { attempt: number }[];
    if (job?.attempt === 1) return true;
    await clock.advance(250);
    return false;
  }, "the job is taken");
  const closing = world.push.close();
  await clock.advance(5000);
  await closing;
  const next = await world.restart();
  next.start();
  const before = clock.now();
  await advanceUntil(world, () => service.received.length === 1, "another worker sends it", 5000);
  assert.ok(clock.now() - before > 30_000);
});

Deno.test("a source that throws does not stop the worker; the job is tried again", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  unread.set("ann", content(clock));
  let failures = 2;
  push.registerSource("notification", {
    recipients() {
      if (failures-- > 0) throw new Error("the store is away");
      return Promise.resolve({
        recipients: [{ userId: "ann", content: content(clock) }],
        suppressed: [],
        next: null,
      });
    },
  });
  push.start();
  await world.store.kv.set(keys.pushJob(1, "broken"), { from: "a newer release" });
  await world.make();
  await advanceUntil(world, idle(world), "the job is done");
  assert.equal(service.received.length, 1);
});

Deno.test("jobs of one id within one grace are one push, and a busy conversation is still pushed", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  push.start();
  for (let i = 0; i < 40; i++) {
    unread.set("ann", content(clock));
    await world.make("d_1");
    await clock.advance(500);
  }
  await advanceUntil(world, idle(world), "all is done");
  assert.ok(service.received.length >= 3 && service.received.length <= 6);
});

Deno.test("P22 nothing older or equal is pushed under a tag that the device has shown", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  const same = content(clock);
  unread.set("ann", same);
  push.start();
  await world.make("a");
  await advanceUntil(world, idle(world), "the first");
  await world.make("b");
  await advanceUntil(world, idle(world), "the second");
  assert.equal(service.received.length, 1);
});

Deno.test("P25 a push names what was read since, once", async () => {
  await using world = await createWorld();
  const { push, service, clock, unread, read } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  push.start();
  const closed: unknown[] = [];
  for (const [tag, readNow] of [["a", []], ["b", []], ["c", ["a"]], ["d", ["a"]]] as const) {
    unread.set("ann", content(clock, { tag }));
    readNow.forEach((other) => read.add(other));
    await world.make(tag);
    await advanceUntil(world, idle(world), tag);
    closed.push(JSON.parse(service.received.at(-1)?.text ?? "").notification.data.close);
  }
  assert.deepEqual(closed, [[], [], ["a"], []]);
});

Deno.test("P17 a subscription whose time is over is not sent to, and goes", async () => {
  await using world = await createWorld();
  const { push, service, clock } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", { ...body, expirationTime: clock.now() + 1000 }, caller);
  await clock.advance(1000);
  assert.equal((await push.test("ann"))[0]?.outcome.result, "expired");
  assert.deepEqual(await push.listDevices("ann"), []);
  assert.equal(service.received.length, 0);
});

Deno.test("P18 after the server's key changed, the device is told to subscribe again", async () => {
  await using world = await createWorld();
  await world.push.subscribe("ann", world.service.subscribe().body, caller);
  const push = await world.restart(webpush.generateVAPIDKeys());
  assert.equal((await push.test("ann"))[0]?.outcome.result, "refused");
  assert.equal((await push.listDevices("ann"))[0]?.state, "needs_resubscribe");
  assert.equal(world.service.received.length, 0);
});

Deno.test("owners of devices are paged in order, each once", async () => {
  await using world = await createWorld();
  const { push, service } = world;
  for (const userId of ["a", "a", "a.b", "b", "b", "c"]) {
    await push.subscribe(userId, service.subscribe().body, caller);
  }
  assert.deepEqual(await push.listOwners({ limit: 2 }), ["a", "a.b"]);
  assert.deepEqual(await push.listOwners({ limit: 2, after: "a.b" }), ["b", "c"]);
  assert.deepEqual(await push.listOwners({ limit: 2, after: "c" }), []);
  assert.deepEqual(await push.listOwners({ limit: 9, after: "a" }), ["a.b", "b", "c"]);
});

Deno.test("the push service of the tests refuses what vendors refuse", async () => {
  await using service = new PushFixture();
  const { body } = service.subscribe();
  const vapid = { ...webpush.generateVAPIDKeys(), subject: "mailto:a@example.org" };
  const post = async (change: { endpoint?: string; drop?: string; set?: [string, string] }) => {
    const target = { ...body, endpoint: change.endpoint ?? body.endpoint };
    const details = webpush.generateRequestDetails(target, "x", { vapidDetails: vapid });
    const headers = new Headers(details.headers as unknown as Record<string, string>);
    if (change.drop) headers.delete(change.drop);
    if (change.set) headers.set(...change.set);
    const sent = new Uint8Array(details.body ?? []);
    const response = await fetch(target.endpoint, { method: "POST", headers, body: sent });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await post({}), 201);
  assert.equal(await post({ drop: "ttl" }), 400);
  assert.equal(await post({ drop: "authorization" }), 401);
  assert.equal(await post({ set: ["authorization", `vapid t=a.b.c, k=${vapid.publicKey}`] }), 403);
  assert.equal(await post({ set: ["urgency", "very-high"] }), 400);
  assert.equal(await post({ set: ["topic", "x".repeat(33)] }), 400);
  assert.equal(await post({ endpoint: `${service.origin}/push/none` }), 410);
  assert.throws(() => createVirtualDevice().decrypt(new Uint8Array(120)));
});
