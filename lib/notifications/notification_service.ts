/** The bell: listing, reading, archiving, and the way to sending. */
import type { Clock } from "../shared/clock.ts";
import type { NotificationCounts } from "../shared/notification_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { keys } from "../kv/keys.ts";
import type { Journal } from "../kv/journal/types.ts";
import { listEntries, present } from "./bell_list.ts";
import { type Bell, noNotification } from "./bell_reader.ts";
import { countOf, isArchived, isHidden, isRead, type OwnLog } from "./inbox.ts";
import { changeAll, changeOne } from "./inbox_operations.ts";
import { getEntryBefore } from "./log_search.ts";
import { logOf, parseNotificationId } from "./notification_id.ts";
import { type EntryRow, entrySchema } from "./notification_rows.ts";
import { cancelWrite } from "./schedule_operations.ts";
import type { Sending } from "./sending.ts";
import { createSnoozing } from "./snoozing.ts";
import type { NotificationService } from "./types.ts";

/** What a resume replays at most: the newest. */
export const MISSED_MAX = 200;
/** Older ones whose state a resume repeats: as many as a bell shows. */
const STATES_MAX = 50;

/** What {@link createNotificationService} needs. */
export interface NotificationServiceOptions {
  kv: Deno.Kv;
  journal: Journal;
  clock: Clock;
  sending: Sending;
  /** Out of the store, not out of memory. */
  readBell(userId: string): Promise<Bell>;
  /** As it is after the events that were heard so far: what comes later comes as frames. */
  knownBell(userId: string): Promise<Bell>;
}

/** See {@link NotificationService}. */
export function createNotificationService(
  options: NotificationServiceOptions,
): Omit<NotificationService, "start" | "trace" | "doctor"> {
  const { kv, journal, clock, sending, readBell, knownBell } = options;

  const snoozing = createSnoozing({
    kv,
    journal,
    clock,
    sending,
    async find(userId, id) {
      const { bell, log, entry } = await requireEntry(userId, id, "snooze it");
      const [notification] = await present(kv, userId, bell.inbox, [{ log, entry }]);
      if (!notification || isHidden(log.state, entry.ord)) throw noNotification("snooze it");
      return { log, ord: entry.ord, notification };
    },
  });

  async function counts(userId: string): Promise<NotificationCounts> {
    return countOf((await readBell(userId)).logs);
  }

  /** The entry that an id names, if it is theirs; otherwise `not_found` (R8). */
  async function requireEntry(userId: string, id: string, what: string) {
    const place = parseNotificationId(id);
    if (place === null) throw noNotification(what);
    const name = logOf(place, userId);
    const [bell, { value }] = await Promise.all([
      readBell(userId),
      kv.get<EntryRow>(keys.notification(name, place.seq)),
    ]);
    const log = bell.logs.find((other) => other.name === name);
    const entry = value === null ? null : entrySchema.parse(value);
    if (!log || !entry || entry.ord <= log.state.start) throw noNotification(what);
    return { bell, log, entry };
  }

  /** The place (ord) in each log up to which its entries have at most the seq `upTo`; null: all. */
  async function reachedBy(logs: readonly OwnLog[], upTo: number | undefined) {
    if (upTo === undefined) return null;
    return new Map(
      await Promise.all(logs.map(async ({ name }) => {
        const entry = await getEntryBefore(kv, name, upTo + 1);
        return [name, entry?.ord ?? 0] as const;
      })),
    );
  }

  async function change(userId: string, id: string, state: "read" | "archived") {
    const what = state === "read" ? "mark it read" : "archive it";
    const { log, entry } = await requireEntry(userId, id, what);
    const done = state === "read" ? isRead : isArchived;
    if (!done(log.state, entry.ord)) {
      await journal.commit(changeOne({ userId, id, log, entry, state, now: clock.now() }));
    }
    return await counts(userId);
  }

  async function missed(userId: string, seq: number): Promise<ServerFrame[]> {
    const bell = await knownBell(userId);
    const listed = await listEntries(kv, bell, { filter: "any", limit: MISSED_MAX + STATES_MAX });
    const isNew = ({ entry }: { entry: EntryRow }) => entry.seq > seq;
    const fresh = listed.filter(isNew).slice(0, MISSED_MAX);
    const known = listed.filter((one) => !isNew(one)).slice(0, STATES_MAX);
    const total = countOf(bell.logs);
    const notifications = await present(kv, userId, bell.inbox, fresh.reverse());
    const frames: ServerFrame[] = notifications.map((notification) => ({
      type: "notification",
      notification,
      ...total,
    }));
    // What was done elsewhere meanwhile: saying it again changes nothing where it is known (R7).
    const states = await present(kv, userId, bell.inbox, known);
    const idsOf = (key: "readAt" | "archivedAt") =>
      states.filter((one) => one[key] !== null).map(({ id }) => id);
    const archived = idsOf("archivedAt");
    frames.push({ type: "notification.changed", ids: idsOf("readAt"), state: "read", ...total });
    if (archived.length > 0) {
      frames.push({ type: "notification.changed", ids: archived, state: "archived", ...total });
    }
    const snoozed = (await snoozing.list(userId)).map(({ id }) => id);
    if (snoozed.length > 0) {
      frames.push({ type: "notification.changed", ids: snoozed, state: "snoozed", ...total });
    }
    if (total.unseenCount === 0) {
      frames.push({ type: "notification.changed", ids: [], state: "seen", ...total });
    }
    return frames;
  }

  return {
    send: (by, input, idempotencyKey) => sending.send(by, input, idempotencyKey),
    cancel: (by, id) => journal.commit(cancelWrite(by, id)),
    counts,
    missed,

    async snooze(userId, id, until) {
      await snoozing.snooze(userId, id, until);
      return await counts(userId);
    },

    async list(userId, { filter, limit, before }) {
      const bell = await readBell(userId);
      if (filter === "snoozed") {
        const all = (await snoozing.list(userId)).filter(({ seq }) => seq < (before ?? Infinity));
        const page = all.slice(0, limit);
        return {
          notifications: page,
          before: all.length > limit ? page.at(-1)?.seq ?? null : null,
          ...countOf(bell.logs),
        };
      }
      const listed = await listEntries(kv, bell, { filter, limit: limit + 1, before });
      const page = listed.slice(0, limit);
      return {
        notifications: await present(kv, userId, bell.inbox, page),
        before: listed.length > limit ? page.at(-1)?.entry.seq ?? null : null,
        ...countOf(bell.logs),
      };
    },

    markRead: (userId, id) => change(userId, id, "read"),
    archive: (userId, id) => change(userId, id, "archived"),

    async markAllRead(userId, upTo) {
      const { logs } = await readBell(userId);
      if (countOf(logs).unreadCount > 0) {
        const reached = await reachedBy(logs, upTo);
        const now = clock.now();
        await journal.commit(changeAll({ userId, logs, state: "read_all", now, upTo, reached }));
      }
      return await counts(userId);
    },

    async markSeen(userId, upTo) {
      const { logs } = await readBell(userId);
      if (countOf(logs).unseenCount > 0) {
        const reached = await reachedBy(logs, upTo);
        const now = clock.now();
        await journal.commit(changeAll({ userId, logs, state: "seen", now, upTo, reached }));
      }
      return await counts(userId);
    },
  };
}
