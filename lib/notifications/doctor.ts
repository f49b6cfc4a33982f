/** Looks at everything on the server that may keep somebody's pushes from them. */
import type { Clock } from "../shared/clock.ts";
import type { Doctor, DoctorStep } from "../shared/doctor_schema.ts";
import type { Device } from "../shared/notification_schema.ts";
import type { Preferences } from "../shared/preferences_schema.ts";
import type { PushService } from "../push/types.ts";
import { quietUntil } from "./quiet_hours.ts";
import type { PreferenceService } from "./types.ts";

/** A push that has been due for longer is late. */
const LATE_MS = 60_000;

/** What {@link createDoctor} needs. */
export interface DoctorOptions {
  clock: Clock;
  preferences: Pick<PreferenceService, "preferences">;
  push: Pick<PushService, "listDevices" | "backlog">;
}

/** See `NotificationService.doctor`. */
export function createDoctor({ clock, preferences, push }: DoctorOptions) {
  return async (userId: string): Promise<Doctor> => {
    const [devices, chosen, { lateMs }] = await Promise.all([
      push.listDevices(userId),
      preferences.preferences(userId),
      push.backlog(1),
    ]);
    const until = chosen.quietHours && quietUntil(chosen.quietHours, clock.now());
    const end = until === null ? null : new Date(until).toISOString();
    const muted = chosen.mutedConversations.length;
    return {
      devices,
      quietUntil: end,
      mutedConversations: muted,
      steps: [
        lookAtDevices(devices),
        lookAtSubscriptions(devices),
        lookAtLastPush(devices),
        lookAtCategories(chosen),
        end === null
          ? { step: "quiet_hours", ok: true, code: "ok", detail: null }
          : { step: "quiet_hours", ok: false, code: "quiet_now", detail: end },
        muted === 0
          ? { step: "mutes", ok: true, code: "ok", detail: null }
          : { step: "mutes", ok: true, code: "some_muted", detail: String(muted) },
        lateMs <= LATE_MS ? { step: "delivery", ok: true, code: "ok", detail: null } : {
          step: "delivery",
          ok: false,
          code: "late",
          detail: String(Math.round(lateMs / 1000)),
        },
      ],
    };
  };
}

function lookAtDevices(devices: readonly Device[]): DoctorStep {
  const on = devices.filter(({ enabled }) => enabled).length;
  const code = devices.length === 0 ? "none" : on === 0 ? "all_off" : "ok";
  return { step: "devices", ok: code === "ok", code, detail: String(on) };
}

function lookAtSubscriptions(devices: readonly Device[]): DoctorStep {
  const on = devices.filter(({ enabled }) => enabled);
  const broken = on.filter(({ state }) => state === "needs_resubscribe").length;
  if (broken === 0) return { step: "subscriptions", ok: true, code: "ok", detail: null };
  const ok = broken < on.length;
  return { step: "subscriptions", ok, code: "needs_resubscribe", detail: String(broken) };
}

function lookAtLastPush(devices: readonly Device[]): DoctorStep {
  const newest = devices.flatMap(({ lastOutcome }) => lastOutcome ? [lastOutcome] : [])
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  if (!newest) return { step: "last_push", ok: true, code: "none_yet", detail: null };
  const ok = newest.result === "sent" || newest.result === "suppressed";
  return { step: "last_push", ok, code: newest.result, detail: newest.reason };
}

function lookAtCategories({ categories }: Preferences): DoctorStep {
  const off = categories.filter(({ push }) => !push.on).map(({ name }) => name);
  if (off.length === 0) return { step: "categories", ok: true, code: "ok", detail: null };
  // What is fixed comes always; it alone is not what somebody waits for.
  const all = categories.every(({ push }) => push.fixed || !push.on);
  return {
    step: "categories",
    ok: !all,
    code: all ? "all_off" : "some_off",
    detail: off.join(","),
  };
}
