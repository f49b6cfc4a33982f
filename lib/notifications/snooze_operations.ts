/**
 * Snoozing, as journal operations. What is snoozed is hidden at once, and a copy waits to be sent to
 * its reader alone: it comes back new, with all that a notification brings, and once.
 */
import { AppError } from "../shared/errors.ts";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import { parseInbox } from "./bell_rows.ts";
import { type OwnLog, withHidden, withStates } from "./inbox.ts";
import { stateNow } from "./inbox_operations.ts";
import type { NotificationChanged } from "./notification_events.ts";
import { noNotification } from "./bell_reader.ts";
import { addWaiting, newScheduleId, removeWaiting } from "./schedule_operations.ts";
import { parseScheduled, type ScheduledRow } from "./scheduled_row.ts";
import { parseSnoozed, type SnoozedRow } from "./snoozed_row.ts";

/** A notification to put off. */
export interface Snooze {
  userId: string;
  log: OwnLog;
  ord: number;
  notification: SnoozedRow["notification"];
  /** When it comes back (ms). */
  until: number;
}

/** Hides it, and keeps a copy for `until`. */
export function snoozeWrite(
  { userId, log, ord, notification, until }: Snooze,
): JournalOperation<void> {
  const { id, type, title, message, link, category, group } = notification;
  const [inboxKey, rowKey] = [keys.inbox(userId), keys.snoozed(userId, id)];
  const scheduleId = newScheduleId();
  return {
    shard: NOTIFICATION_SHARD,
    reads: [inboxKey, rowKey],
    apply(view) {
      // Snoozed on another device a moment ago: that one stands.
      if (view.get(rowKey) !== null) return;
      const inbox = parseInbox(view.get(inboxKey));
      const state = withHidden(stateNow(inbox, log), [ord, ord], 0);
      view.set(inboxKey, withStates(inbox, new Map([[log.name, state]])));
      const about = { type, title, message, category, ...(link === null ? {} : { link }) };
      addWaiting(view, {
        id: scheduleId,
        by: { kind: "user", userId, role: "member" },
        input: { to: { userId }, ...about },
        at: until,
        recipients: 1,
        state: "waiting",
        result: null,
        snoozed: id,
        ...(group === undefined ? {} : { group }),
      });
      view.set(rowKey, { scheduleId, until, notification } satisfies SnoozedRow);
      const event: NotificationChanged = {
        type: "notification.changed",
        userId,
        ids: [id],
        state: "snoozed",
      };
      view.emit(event);
    },
  };
}

/** Moves the time of one that is snoozed; `not_found` when it is not. */
export function moveSnoozeWrite(
  userId: string,
  id: string,
  scheduleId: string,
  until: number,
): JournalOperation<void> {
  const [rowKey, scheduledKey] = [keys.snoozed(userId, id), keys.scheduled(scheduleId)];
  return {
    shard: NOTIFICATION_SHARD,
    reads: [rowKey, scheduledKey],
    apply(view) {
      const row = parseSnoozed(view.get(rowKey));
      const scheduled = parseScheduled(view.get(scheduledKey));
      if (!row || !scheduled) throw noNotification("snooze it");
      if (scheduled.state !== "waiting") {
        throw new AppError("conflict", "Cannot snooze the notification: it is coming back already");
      }
      const moved: ScheduledRow = { ...scheduled, at: until };
      removeWaiting(view, scheduled);
      addWaiting(view, moved);
      view.set(rowKey, { ...row, until } satisfies SnoozedRow);
    },
  };
}
