import assert from "node:assert/strict";
import type { Device, PushOutcome } from "../../lib/shared/notification_schema.ts";
import type { Doctor, DoctorStep } from "../../lib/shared/doctor_schema.ts";
import { type DoctorApi, type DoctorBrowser, examine, type Step, steps } from "./doctor.ts";

const KEY = new Uint8Array([4, 255, 254, 62, 63]);
const KEY_TEXT = "BP_-Pj8";
const outcome = (result: PushOutcome["result"]): PushOutcome => ({
  at: "2026-01-05T09:00:00.000Z",
  result,
  reason: "",
  status: null,
});
const device = (more: Partial<Device> = {}): Device => ({
  id: "here",
  name: "Firefox on Linux",
  createdAt: "2026-01-05T09:00:00.000Z",
  lastSeenAt: "2026-01-05T09:00:00.000Z",
  state: "active",
  enabled: true,
  currentKey: true,
  lastOutcome: outcome("sent"),
  ...more,
});
const healthy: DoctorStep[] = [
  { step: "devices", ok: true, code: "ok", detail: "1" },
  { step: "subscriptions", ok: true, code: "ok", detail: null },
  { step: "last_push", ok: true, code: "sent", detail: "" },
  { step: "categories", ok: true, code: "ok", detail: null },
  { step: "quiet_hours", ok: true, code: "ok", detail: null },
  { step: "mutes", ok: true, code: "ok", detail: null },
  { step: "delivery", ok: true, code: "ok", detail: null },
];
/** A server that finds nothing, but for what a test says. */
const told = (change: Partial<Doctor> = {}, ...steps: DoctorStep[]) => ({
  doctor: () =>
    Promise.resolve<Doctor>({
      devices: [device({ id: "other", enabled: false }), device()],
      quietUntil: null,
      mutedConversations: 0,
      steps: healthy.map((one) => steps.find(({ step }) => step === one.step) ?? one),
      ...change,
    }),
});

/** A healthy browser and server, but for what a test says. */
function look(
  { browser = {}, api = {}, own = "here" }: {
    browser?: Partial<DoctorBrowser>;
    api?: Partial<DoctorApi>;
    own?: string | null;
  } = {},
) {
  return examine({
    browser: {
      isSecure: () => true,
      support: () => "yes",
      permission: () => "granted",
      hasWorker: () => Promise.resolve(true),
      subscription: () => Promise.resolve({ key: KEY }),
      ...browser,
    },
    api: {
      vapidKey: () => Promise.resolve(KEY_TEXT),
      ...told(),
      ...api,
    },
    ownDevice: own,
  });
}

Deno.test("where nothing is wrong every step says so", async () => {
  const findings = await look();
  assert.deepEqual(steps.map((step) => findings[step].kind), steps.map(() => "fine"));
});

Deno.test("a key that the browser doesn't tell is not held against it", async () => {
  const { key } = await look({ browser: { subscription: () => Promise.resolve({ key: null }) } });
  assert.equal(key.kind, "fine");
});

const devices = (...list: Device[]) => told({ devices: list });
const faults: [Step, string, Parameters<typeof look>[0]][] = [
  ["secure", "insecure", { browser: { isSecure: () => false } }],
  ["support", "unsupported", { browser: { support: () => "no" } }],
  ["support", "needs_install", { browser: { support: () => "needs_install" } }],
  ["permission", "denied", { browser: { permission: () => "denied" } }],
  ["permission", "not_asked", { browser: { permission: () => "default" } }],
  ["worker", "no_worker", { browser: { hasWorker: () => Promise.resolve(false) } }],
  ["subscription", "not_subscribed", { browser: { subscription: () => Promise.resolve(null) } }],
  ["key", "other_key", { api: { vapidKey: () => Promise.resolve("BAAA") } }],
  ["device", "unknown_device", { own: null }],
  ["device", "unknown_device", { api: devices(device({ id: "other" })) }],
  ["device", "device_off", { api: devices(device({ enabled: false })) }],
  ["device", "needs_resubscribe", { api: devices(device({ state: "needs_resubscribe" })) }],
  ["last", "gone", { api: devices(device({ lastOutcome: outcome("gone") })) }],
  ["last", "refused", { api: devices(device({ lastOutcome: outcome("refused") })) }],
  ["last", "failed", { api: devices(device({ lastOutcome: outcome("failed") })) }],
];
for (const [step, why, parts] of faults) {
  Deno.test(`P26 ${why}: said at its step, what needs that step is left open`, async () => {
    const findings = await look(parts);
    assert.deepEqual(findings[step], { kind: "problem", why });
    const chain: Step[] = steps.slice(0, steps.indexOf("last") + 1);
    const at = chain.indexOf(step);
    assert.deepEqual(chain.slice(0, at).map((one) => findings[one].kind), Array(at).fill("fine"));
    assert.ok(chain.slice(at + 1).every((one) => findings[one].kind === "open"));
    assert.equal(findings.kinds.kind, "fine", "what the server knows is told all the same");
  });
}

Deno.test("what keeps some of it away is named, all of it is a problem", async () => {
  const some = await look({
    api: told({}, { step: "categories", ok: true, code: "some_off", detail: "grades,general" }),
  });
  assert.deepEqual(some.kinds, {
    kind: "note",
    why: "some_kinds_off",
    kinds: ["grades", "general"],
  });
  const none = await look({
    api: told({}, { step: "categories", ok: false, code: "all_off", detail: "grades" }),
  });
  assert.deepEqual(none.kinds, { kind: "problem", why: "all_kinds_off" });
});

Deno.test("quiet hours, mutes and a server that is late are told", async () => {
  const until = "2026-01-06T07:00:00.000Z";
  const { quiet, mutes, delivery } = await look({
    api: told(
      { quietUntil: until },
      { step: "quiet_hours", ok: false, code: "quiet_now", detail: until },
      { step: "mutes", ok: true, code: "some_muted", detail: "2" },
      { step: "delivery", ok: false, code: "late", detail: "90" },
    ),
  });
  assert.deepEqual(quiet, { kind: "note", why: "quiet_now", until });
  assert.deepEqual(mutes, { kind: "note", why: "some_muted", count: 2 });
  assert.deepEqual(delivery, { kind: "problem", why: "late" });
});

Deno.test("no push so far, or one that was not needed, is no fault", async () => {
  const last = async (lastOutcome: PushOutcome | null) =>
    (await look({ api: devices(device({ lastOutcome })) })).last;
  assert.deepEqual(await last(null), { kind: "note", why: "never_sent" });
  assert.deepEqual(await last(outcome("suppressed")), { kind: "note", why: "suppressed" });
  assert.deepEqual(await last(outcome("expired")), { kind: "note", why: "expired" });
});

Deno.test("a server that does not answer leaves open what only it knows", async () => {
  const away = () => Promise.reject(new Error("unavailable"));
  const findings = await look({
    api: { vapidKey: () => Promise.resolve(KEY_TEXT), doctor: away },
  });
  assert.equal(findings.key.kind, "fine");
  const early = await look({ api: { vapidKey: away } });
  assert.deepEqual([early.key.kind, early.device.kind, early.kinds.kind], ["open", "open", "fine"]);
  for (const step of ["device", "last", "kinds", "quiet", "mutes", "delivery"] as const) {
    assert.equal(findings[step].kind, "open", step);
  }
});
