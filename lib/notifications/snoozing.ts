/** What somebody has put off, and how it comes back. */
import { AppError } from "../shared/errors.ts";
import type { Clock } from "../shared/clock.ts";
import type { Notification } from "../shared/notification_schema.ts";
import { keys } from "../kv/keys.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { OwnLog } from "./inbox.ts";
import type { Sending } from "./sending.ts";
import { moveSnoozeWrite, snoozeWrite } from "./snooze_operations.ts";
import { parseSnoozed, type SnoozedRow } from "./snoozed_row.ts";

/** Notifications that one person has snoozed. */
export const SNOOZED_MAX = 100;
const AHEAD_MAX_MS = 366 * 24 * 60 * 60 * 1000;

/** What {@link createSnoozing} needs. */
export interface SnoozingOptions {
  kv: Deno.Kv;
  journal: Journal;
  clock: Clock;
  sending: Pick<Sending, "finishScheduled">;
  /** A notification of theirs with its place; `not_found` for any other (R8). */
  find(
    userId: string,
    id: string,
  ): Promise<{ log: OwnLog; ord: number; notification: Notification }>;
}

/** See the header of this module. */
export interface Snoozing {
  /** Puts it off until then (ms); null: it comes back at once. */
  snooze(userId: string, id: string, until: number | null): Promise<void>;
  /** What is snoozed, newest first. */
  list(userId: string): Promise<Notification[]>;
}

export function createSnoozing(
  { kv, journal, clock, sending, find }: SnoozingOptions,
): Snoozing {
  async function rows(userId: string): Promise<SnoozedRow[]> {
    const entries = kv.list({ prefix: keys.snoozedOf(userId) }, { limit: SNOOZED_MAX });
    return (await Array.fromAsync(entries)).flatMap(({ value }) => parseSnoozed(value) ?? []);
  }

  async function begin(userId: string, id: string, until: number): Promise<void> {
    const found = await find(userId, id);
    if ((await rows(userId)).length >= SNOOZED_MAX) {
      throw new AppError(
        "conflict",
        `Cannot snooze the notification: ${SNOOZED_MAX} are snoozed already`,
      );
    }
    await journal.commit(snoozeWrite({ userId, ...found, until }));
  }

  return {
    async snooze(userId, id, until) {
      if (until !== null && (until <= clock.now() || until > clock.now() + AHEAD_MAX_MS)) {
        const message = "must lie within the next 366 days";
        throw new AppError("invalid", `Cannot snooze the notification: until ${message}`, {
          issues: [{ path: "until", message }],
        });
      }
      const row = parseSnoozed((await kv.get(keys.snoozed(userId, id))).value);
      if (row) {
        const { scheduleId } = row;
        await journal.commit(moveSnoozeWrite(userId, id, scheduleId, until ?? clock.now()));
        if (until === null) await sending.finishScheduled(scheduleId);
      } else if (until !== null) await begin(userId, id, until);
      // Nothing to bring back; that it is theirs is checked all the same.
      else await find(userId, id);
    },

    async list(userId) {
      return (await rows(userId))
        .map(({ until, notification }) => ({
          ...notification,
          snoozedUntil: new Date(until).toISOString(),
        }))
        .sort((one, other) => other.seq - one.seq);
    },
  };
}
