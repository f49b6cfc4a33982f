/** Writes about notifications that wait for their time, as journal operations that happen once. */
import { AppError } from "../shared/errors.ts";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { JournalOperation, JournalView } from "../kv/journal/types.ts";
import type { Principal } from "../identity/types.ts";
import { noNotification } from "./bell_reader.ts";
import { canCancel, ownerOf } from "./notification_policy.ts";
import type { SentRow } from "./notification_rows.ts";
import { parseScheduled, type ScheduledRow, type Sender } from "./scheduled_row.ts";
import { requireSame } from "./idempotency.ts";
import type { NotifyInput } from "./types.ts";

/** Notifications of one sender that wait for their time. */
export const WAITING_MAX = 1000;
/** How long it can be told what became of one. */
const RESULT_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** A notification to keep until its time. */
export interface Schedule {
  owner: string;
  key: string;
  keyKeptMs: number;
  digest: string;
  by: Principal;
  input: NotifyInput;
  at: number;
  recipients: number;
  now: number;
}

/** Throws `rate_limited` when a sender has too many waiting. */
export async function requireWaitingPlace(kv: Deno.Kv, sender: string): Promise<void> {
  const selector = { prefix: keys.scheduledOf(sender) };
  const waiting = await Array.fromAsync(kv.list(selector, { limit: WAITING_MAX }));
  if (waiting.length < WAITING_MAX) return;
  throw new AppError(
    "rate_limited",
    `Cannot schedule the notification: ${WAITING_MAX} of yours wait already, cancel some first`,
    { retryAfter: 60 },
  );
}

/** An id that nobody guesses. */
export function newScheduleId(): string {
  return `sch_${crypto.randomUUID().replaceAll("-", "")}`;
}

/** Puts it into the queue. */
export function addWaiting(view: JournalView, row: ScheduledRow): void {
  view.set(keys.scheduled(row.id), row);
  view.set(keys.scheduledAt(row.at, row.id), null);
  view.set(keys.scheduledBy(ownerOf(row.by), row.id), null);
}

/** Takes it out of the queue; its row stays. */
export function removeWaiting(view: JournalView, row: ScheduledRow): void {
  view.delete(keys.scheduledAt(row.at, row.id));
  view.delete(keys.scheduledBy(ownerOf(row.by), row.id));
}

/** Keeps it, or finds what the key stands for already. */
export function scheduleWrite(schedule: Schedule): JournalOperation<SentRow> {
  const sentKey = keys.idempotency(schedule.owner, schedule.key);
  const id = newScheduleId();
  return {
    shard: NOTIFICATION_SHARD,
    reads: [],
    absent: [sentKey],
    apply(view) {
      const known = view.get<SentRow>(sentKey);
      if (known) return requireSame(known, schedule.digest);
      const { by, input, at, recipients, digest, now } = schedule;
      const sent: SentRow = { digest, id, seq: 0, at: now, recipients };
      const row: ScheduledRow = {
        id,
        by: toSender(by),
        input,
        acceptedAt: now,
        at,
        recipients,
        state: "waiting",
        result: null,
      };
      view.set(sentKey, sent, { expireIn: schedule.keyKeptMs });
      addWaiting(view, row);
      return sent;
    },
  };
}

/**
 * Fences a send against its cancellation: part of its first write. Throws `conflict` when it was
 * cancelled.
 */
export function beginScheduled(view: JournalView, id: string): void {
  const row = parseScheduled(view.get(keys.scheduled(id)));
  if (row?.state !== "waiting") {
    throw new AppError("conflict", "Cannot send the notification: it does not wait any more");
  }
  view.set(keys.scheduled(id), { ...row, state: "sending" } satisfies ScheduledRow);
}

/** Takes it from the queue: it was sent (`result` is the notification's id), or could not be. */
export function endScheduled(
  id: string,
  state: "sent" | "failed",
  result: string,
): JournalOperation<void> {
  return {
    shard: NOTIFICATION_SHARD,
    reads: [keys.scheduled(id)],
    apply(view) {
      const row = parseScheduled(view.get(keys.scheduled(id)));
      if (row) close(view, { ...row, state, result });
    },
  };
}

/**
 * Cancels one that waits; again is no error. `not_found` for what is not the caller's (R8), and
 * `conflict` for what is sent already.
 */
export function cancelWrite(by: Principal, id: string): JournalOperation<void> {
  return {
    shard: NOTIFICATION_SHARD,
    reads: [keys.scheduled(id)],
    apply(view) {
      const row = parseScheduled(view.get(keys.scheduled(id)));
      if (row === null || !canCancel(by, row.by)) throw noNotification("cancel it");
      if (row.state === "cancelled") return;
      if (row.state !== "waiting") {
        throw new AppError("conflict", "Cannot cancel the notification: it is sent already");
      }
      close(view, { ...row, state: "cancelled", result: null });
    },
  };
}

function close(view: JournalView, row: ScheduledRow): void {
  view.set(keys.scheduled(row.id), row, { expireIn: RESULT_KEPT_MS });
  removeWaiting(view, row);
  if (row.snoozed !== undefined && row.by.kind === "user") {
    view.delete(keys.snoozed(row.by.userId, row.snoozed));
  }
}

/** What is kept of who sends. */
export function toSender(by: Principal): Sender {
  return by.kind === "service"
    ? { kind: "service", keyId: by.keyId }
    : { kind: "user", userId: by.userId, role: by.role };
}
