/**
 * Why somebody hears nothing on this device: each thing that a push needs, in the order in which it
 * needs them, and what was found. Pure but for what it is given to look with.
 */
import type { Api } from "../../lib/client/types.ts";
import type { PushSupport } from "../../lib/client/push_browser.ts";
import type { Device } from "../../lib/shared/notification_schema.ts";
import type { Doctor, DoctorStep } from "../../lib/shared/doctor_schema.ts";

/** What is looked at, in this order. */
export const steps = [
  "secure",
  "support",
  "permission",
  "worker",
  "subscription",
  "key",
  "device",
  "last",
  "kinds",
  "quiet",
  "mutes",
  "delivery",
] as const;
export type Step = (typeof steps)[number];

/**
 * `fine`; `note`: no fault, but a reason why something may not come; `problem`: why nothing can come;
 * `open`: can't be told, because of a problem before it or because nobody answered.
 */
export type Finding =
  | { kind: "fine" | "open" }
  | { kind: "note"; why: "never_sent" | "suppressed" | "expired" }
  /** Names of those whose pushes are off. */
  | { kind: "note"; why: "some_kinds_off"; kinds: readonly string[] }
  /** ISO 8601. */
  | { kind: "note"; why: "quiet_now"; until: string }
  | { kind: "note"; why: "some_muted"; count: number }
  | { kind: "problem"; why: ProblemReason };

export type ProblemReason =
  | "insecure"
  | "unsupported"
  | "needs_install"
  | "denied"
  | "not_asked"
  | "no_worker"
  | "not_subscribed"
  | "other_key"
  | "unknown_device"
  | "device_off"
  | "needs_resubscribe"
  | "all_kinds_off"
  | "late"
  | "gone"
  | "refused"
  | "failed";
/** What it looks at in the browser. */
export interface DoctorBrowser {
  isSecure(): boolean;
  support(): PushSupport;
  permission(): NotificationPermission;
  /** True once the service worker is active; false when it does not become so. */
  hasWorker(): Promise<boolean>;
  /** The key that it was made with: null where the browser doesn't tell. No subscription: null. */
  subscription(): Promise<{ key: Uint8Array | null } | null>;
}

/** What it asks of the server. */
export type DoctorApi = Pick<Api, "vapidKey" | "doctor">;

export type Findings = Record<Step, Finding>;

const fine: Finding = { kind: "fine" };
const open: Finding = { kind: "open" };
const problem = (why: ProblemReason): Finding => ({ kind: "problem", why });

/** Looks at everything; `ownDevice` is this browser's id at the server. Never throws. */
export async function examine(
  { browser, api, ownDevice }: {
    browser: DoctorBrowser;
    api: DoctorApi;
    ownDevice: string | null;
  },
): Promise<Findings> {
  const findings = Object.fromEntries(steps.map((step) => [step, open])) as Findings;
  // One question for both; who needs the answer and gets none says so.
  const told = api.doctor();
  await Promise.all([
    lookHere(findings, browser, api, async () => {
      const { devices } = await told;
      return devices.find(({ id }) => id === ownDevice);
    }),
    told.then(({ steps, quietUntil }) => {
      for (const step of steps) takeTold(findings, step, quietUntil);
    }, () => {}),
  ]);
  return findings;
}

/** Each needs the one before: the first problem ends it. */
async function lookHere(
  findings: Findings,
  browser: DoctorBrowser,
  api: DoctorApi,
  findOwn: () => Promise<Device | undefined>,
): Promise<void> {
  let known: { key: Uint8Array | null } | null = null;
  let device: Device | undefined;
  const looks: [Step, () => Finding | Promise<Finding>][] = [
    ["secure", () => browser.isSecure() ? fine : problem("insecure")],
    ["support", () => {
      const support = browser.support();
      return support === "yes"
        ? fine
        : problem(support === "needs_install" ? support : "unsupported");
    }],
    ["permission", () => {
      const permission = browser.permission();
      if (permission === "granted") return fine;
      return problem(permission === "denied" ? "denied" : "not_asked");
    }],
    ["worker", async () => await browser.hasWorker() ? fine : problem("no_worker")],
    ["subscription", async () => {
      known = await browser.subscription();
      return known ? fine : problem("not_subscribed");
    }],
    ["key", async () => {
      const key = known?.key;
      return !key || toBase64url(key) === await api.vapidKey() ? fine : problem("other_key");
    }],
    ["device", async () => {
      device = await findOwn();
      if (!device) return problem("unknown_device");
      if (device.state === "needs_resubscribe") return problem("needs_resubscribe");
      return device.enabled ? fine : problem("device_off");
    }],
    ["last", () => lastOf(device)],
  ];
  for (const [step, look] of looks) {
    try {
      findings[step] = await look();
    } catch {
      // Not found out, so what builds on it can't be either.
      return;
    }
    if (findings[step].kind === "problem") return;
  }
}

/** What only the server can tell. Its devices and last push are looked at for this device alone. */
function takeTold(
  findings: Findings,
  { step, ok, code, detail }: DoctorStep,
  quietUntil: Doctor["quietUntil"],
): void {
  if (step === "categories") {
    const kinds = detail?.split(",") ?? [];
    findings.kinds = code === "ok"
      ? fine
      : ok
      ? { kind: "note", why: "some_kinds_off", kinds }
      : problem("all_kinds_off");
  }
  if (step === "quiet_hours") {
    findings.quiet = quietUntil === null
      ? fine
      : { kind: "note", why: "quiet_now", until: quietUntil };
  }
  if (step === "mutes") {
    const count = Number(detail ?? 0);
    findings.mutes = count === 0 ? fine : { kind: "note", why: "some_muted", count };
  }
  if (step === "delivery") findings.delivery = ok ? fine : problem("late");
}

function lastOf(device: Device | undefined): Finding {
  const result = device?.lastOutcome?.result;
  switch (result) {
    case undefined:
      return { kind: "note", why: "never_sent" };
    case "sent":
      return fine;
    case "suppressed":
    case "expired":
      return { kind: "note", why: result };
    default:
      return problem(result);
  }
}

function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
