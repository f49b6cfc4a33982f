import assert from "node:assert/strict";
// @ts-types="@types/web-push"
import webpush from "web-push";
import {
  advanceUntil,
  caller,
  content,
  createPushWorld,
  GRACE,
  idle,
} from "../testing/push_world.ts";
import { PUSH_TTL_MS } from "./push_job.ts";

Deno.test("P1 P2 P3 P6 P8 P24 a job becomes an encrypted push after its grace, and says so", async () => {
  await using world = await createPushWorld();
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
  await using world = await createPushWorld();
  const { push, service } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  await push.subscribe("ann", service.subscribe().body, caller);
  const results = await push.test("ann");
  assert.deepEqual(results.map(({ outcome }) => outcome.result), ["sent", "sent"]);
  assert.equal(service.received[0]?.token, service.received[1]?.token);
});

Deno.test("P9 404 and 410 delete the subscription", async () => {
  await using world = await createPushWorld();
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
  await using world = await createPushWorld();
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
  await using world = await createPushWorld();
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
  await using world = await createPushWorld();
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
  await using world = await createPushWorld();
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
  await using world = await createPushWorld();
  const { push, service } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", body, caller);
  await service[Symbol.asyncDispose]();
  const [result] = await push.test("ann");
  assert.equal(result?.outcome.result, "failed");
  assert.equal(result?.outcome.reason.includes("127.0.0.1"), false);
});

Deno.test("P17 a subscription whose time is over is not sent to, and goes", async () => {
  await using world = await createPushWorld();
  const { push, service, clock } = world;
  const { body } = service.subscribe();
  await push.subscribe("ann", { ...body, expirationTime: clock.now() + 1000 }, caller);
  await clock.advance(1000);
  assert.equal((await push.test("ann"))[0]?.outcome.result, "expired");
  assert.deepEqual(await push.listDevices("ann"), []);
  assert.equal(service.received.length, 0);
});

Deno.test("P18 after the server's key changed, the device is told to subscribe again", async () => {
  await using world = await createPushWorld();
  await world.push.subscribe("ann", world.service.subscribe().body, caller);
  const push = await world.restart(webpush.generateVAPIDKeys());
  assert.equal((await push.test("ann"))[0]?.outcome.result, "refused");
  assert.equal((await push.listDevices("ann"))[0]?.state, "needs_resubscribe");
  assert.equal(world.service.received.length, 0);
});

Deno.test("P20 P22 who wants no content in pushes gets none, in their digest neither", async () => {
  await using world = await createPushWorld();
  const { push, service, clock, unread } = world;
  await push.subscribe("ann", service.subscribe().body, caller);
  const night = clock.now() + 60_000;
  push.setGate((_userId, { category }, at) =>
    Promise.resolve(
      category !== null && at < night
        ? { kind: "defer", until: night }
        : { kind: "send", hideContent: true },
    )
  );
  const subject = { category: "general", isUrgent: false };
  unread.set("ann", content(clock, { subject, title: "Secret plan", navigate: "/chat/d_1" }));
  push.start();
  await world.make("a");
  await advanceUntil(world, () => clock.now() >= night, "the night is over");
  await advanceUntil(world, idle(world), "the digest is sent");
  unread.set("ann", content(clock, { subject, title: "Secret plan", tag: "b" }));
  await world.make("b");
  await advanceUntil(world, idle(world), "and the next one");
  const texts = service.received.map(({ text }) => text ?? "");
  assert.deepEqual(texts.filter((text) => /Secret|You passed|d_1/.test(text)), []);
  assert.deepEqual(texts.map((text) => JSON.parse(text).notification.title), [
    "New notifications",
    "New notification",
  ]);
});
