/** The writes of one send, as journal operations that may run again and happen once. */
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { JournalOperation, JournalView } from "../kv/journal/types.ts";
import { requireSame } from "./idempotency.ts";
import type { Addressee, NotificationSent } from "./notification_events.ts";
import { idInLog } from "./notification_id.ts";
import {
  BROADCAST_LOG,
  type EntryRow,
  type HeadRow,
  type LogName,
  type LogRow,
  type NotificationContent,
  personalLog,
  type RecordRow,
  roomLog,
  type SentRow,
} from "./notification_rows.ts";
import { beginScheduled } from "./schedule_operations.ts";
import type { Sender } from "./scheduled_row.ts";

/** A notification's way can be followed for a month. */
const RECORD_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** A send, the same for all of its writes. */
export interface Send {
  /** Owner and value of the idempotency key; made up where the caller gave none. */
  owner: string;
  key: string;
  keyKeptMs: number;
  digest: string;
  by: Sender;
  content: NotificationContent;
  parts: readonly Addressee[];
  recipients: number;
  now: number;
  /** The id of the scheduled notification that this is the send of. */
  schedule?: string;
  /** The row of the push job for a part. */
  pushRow(part: Addressee, index: number, sent: SentRow): { key: Deno.KvKey; value: unknown };
}

/** The logs that a part is written to. */
export function logsOf(part: Addressee): LogName[] {
  switch (part.kind) {
    case "users":
      return part.userIds.map(personalLog);
    case "room":
      return [roomLog(part.roomId)];
    case "broadcast":
      return [BROADCAST_LOG];
  }
}

/**
 * Takes the next seq and writes the first part, or finds what the key stands for already.
 * `idempotency_mismatch` when that was another request.
 */
export function firstWrite(send: Send): JournalOperation<SentRow> {
  const [part] = send.parts;
  if (!part) throw new Error("A send has at least one part");
  const sentKey = keys.idempotency(send.owner, send.key);
  return {
    shard: NOTIFICATION_SHARD,
    reads: [
      keys.notificationHead(),
      ...logsOf(part).map(keys.notificationLog),
      ...(send.schedule === undefined ? [] : [keys.scheduled(send.schedule)]),
    ],
    absent: [sentKey],
    apply(view) {
      const known = view.get<SentRow>(sentKey);
      if (known) return requireSame(known, send.digest);
      if (send.schedule !== undefined) beginScheduled(view, send.schedule);
      const head = view.get<HeadRow>(keys.notificationHead());
      const seq = (head?.seq ?? 0) + 1;
      const at = Math.max(send.now, head?.at ?? 0);
      view.set(keys.notificationHead(), { seq, at } satisfies HeadRow);
      const id = idInLog(logsOf(part)[0] ?? BROADCAST_LOG, seq);
      const sent: SentRow = { digest: send.digest, id, seq, at, recipients: send.recipients };
      view.set(sentKey, sent, { expireIn: send.keyKeptMs });
      if (isShared(send)) view.set(keys.notificationContent(seq), send.content);
      writePart(view, send, 0, sent);
      return sent;
    },
  };
}

/** Writes a later part, unless it is written already. */
export function laterWrite(send: Send, index: number, sent: SentRow): JournalOperation<void> {
  const part = send.parts[index];
  if (!part) throw new Error(`A send of ${send.parts.length} parts has no part ${index}`);
  const logs = logsOf(part);
  const first = keys.notification(logs[0] ?? BROADCAST_LOG, sent.seq);
  return {
    shard: NOTIFICATION_SHARD,
    reads: logs.map(keys.notificationLog),
    absent: [first],
    apply(view) {
      if (view.get(first) === null) writePart(view, send, index, sent);
    },
  };
}

/** Many people's rows hold the seq alone; the text is there once. */
function isShared({ parts }: Send): boolean {
  const [part] = parts;
  return part?.kind === "users" && part.userIds.length > 1;
}

function writePart(view: JournalView, send: Send, index: number, sent: SentRow): void {
  const part = send.parts[index];
  if (!part) return;
  const { seq, at } = sent;
  for (const log of logsOf(part)) {
    const head = view.get<LogRow>(keys.notificationLog(log));
    const ord = (head?.count ?? 0) + 1;
    view.set(keys.notificationLog(log), { count: ord, lastSeq: seq } satisfies LogRow);
    const content = isShared(send) ? null : send.content;
    view.set(
      keys.notification(log, seq),
      {
        seq,
        ord,
        at,
        content,
        category: send.content.category,
      } satisfies EntryRow,
    );
  }
  const { id, recipients } = sent;
  view.set(
    keys.notificationRecord(seq, index),
    { id, at, by: send.by, recipients, to: part } satisfies RecordRow,
    { expireIn: RECORD_KEPT_MS },
  );
  const push = send.pushRow(part, index, sent);
  view.set(push.key, push.value);
  const event: NotificationSent = {
    type: "notification",
    to: part,
    notification: {
      id: sent.id,
      seq,
      ...send.content,
      createdAt: new Date(at).toISOString(),
      seenAt: null,
      readAt: null,
      archivedAt: null,
    },
  };
  view.emit(event);
}
