import assert from "node:assert/strict";
import type { Device, PushOutcome } from "../shared/notification_schema.ts";
import type { Preferences } from "../shared/preferences_schema.ts";
import { createFakeClock } from "../testing/fake_clock.ts";
import { DEFAULT_CATEGORIES, toPreferences } from "./categories.ts";
import { createDoctor } from "./doctor.ts";
import { NO_PREFERENCES } from "./preferences_row.ts";

const AT = "2026-11-24T03:00:00.000Z";

function device(change: Partial<Device> = {}, result?: PushOutcome["result"]): Device {
  const lastOutcome = result ? { at: AT, result, reason: `was ${result}`, status: null } : null;
  return {
    id: "dev_1",
    name: "Firefox on Linux",
    createdAt: AT,
    lastSeenAt: AT,
    state: "active",
    enabled: true,
    currentKey: true,
    lastOutcome,
    ...change,
  };
}

/** What the doctor says of these devices and preferences. */
async function examine(
  devices: Device[],
  change: Partial<Preferences> = {},
  lateMs = 0,
) {
  const clock = createFakeClock();
  const doctor = createDoctor({
    clock,
    preferences: {
      preferences: () =>
        Promise.resolve({
          ...toPreferences(DEFAULT_CATEGORIES, NO_PREFERENCES),
          mutedConversations: [],
          ...change,
        }),
    },
    push: {
      listDevices: () => Promise.resolve(devices),
      backlog: () => Promise.resolve({ waiting: 1, lateMs }),
    },
  });
  const found = await doctor("ann");
  return {
    found,
    clock,
    codes: found.steps.map(({ code }) => code),
    bad: found.steps.filter(({ ok }) => !ok).map(({ step, code, detail }) => [step, code, detail]),
  };
}

const allOff = toPreferences(DEFAULT_CATEGORIES, NO_PREFERENCES).categories
  .map((one) => one.push.fixed ? one : { ...one, push: { ...one.push, on: false } });

Deno.test("doctor: a person whose pushes come has nothing wrong, step by step", async () => {
  const { found, codes, bad } = await examine([device({}, "sent")]);
  assert.deepEqual(bad, []);
  assert.deepEqual(codes, ["ok", "ok", "sent", "ok", "ok", "ok", "ok"]);
  assert.deepEqual(found.steps.map(({ step }) => step), [
    "devices",
    "subscriptions",
    "last_push",
    "categories",
    "quiet_hours",
    "mutes",
    "delivery",
  ]);
});

Deno.test("doctor: each reason alone is found, with its detail", async () => {
  const broken = { state: "needs_resubscribe", currentKey: false } as const;
  const cases: [Parameters<typeof examine>, unknown[]][] = [
    [[[]], ["devices", "none", "0"]],
    [[[device({ enabled: false })]], ["devices", "all_off", "0"]],
    [[[device(broken)]], ["subscriptions", "needs_resubscribe", "1"]],
    [[[device({}, "refused")]], ["last_push", "refused", "was refused"]],
    [[[device({}, "failed")]], ["last_push", "failed", "was failed"]],
    [
      [[device()], { categories: allOff }],
      ["categories", "all_off", "message,general,announcements,assignments,grades"],
    ],
    [[[device()], {}, 61_000], ["delivery", "late", "61"]],
  ];
  for (const [given, expected] of cases) {
    assert.deepEqual((await examine(...given)).bad, [expected]);
  }
});

Deno.test("doctor: what concerns a part only is told, and is no fault", async () => {
  const { codes, bad, found } = await examine(
    [device({}, "suppressed"), device({ id: "dev_2", state: "needs_resubscribe" })],
    {
      categories: allOff.map((one) =>
        one.name === "grades" ? { ...one, push: { on: true, fixed: false } } : one
      ),
      mutedConversations: [{ conversationId: "d_1", until: AT }],
    },
  );
  assert.deepEqual(bad, []);
  assert.deepEqual(codes, [
    "ok",
    "needs_resubscribe",
    "suppressed",
    "some_off",
    "ok",
    "some_muted",
    "ok",
  ]);
  assert.equal(found.mutedConversations, 1);
});

Deno.test("doctor: quiet hours hold pushes back until their end", async () => {
  const whole = { timeZone: "UTC", days: [0, 1, 2, 3, 4, 5, 6], from: "00:00", to: "00:00" };
  const { bad, found, clock } = await examine([device()], { quietHours: whole });
  assert.deepEqual(bad, [["quiet_hours", "quiet_now", found.quietUntil]]);
  const end = Date.parse(found.quietUntil ?? "");
  assert.ok(end > clock.now() && end - clock.now() <= 24 * 3600 * 1000);
});
