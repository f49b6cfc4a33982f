/** The way of one notification: who sent it, who has it in which state, what became of its pushes. */
import type { Principal, UserService } from "../identity/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { PushService } from "../push/types.ts";
import type { BellState, Trace } from "../shared/trace_schema.ts";
import { keys } from "../kv/keys.ts";
import { type Bell, noNotification } from "./bell_reader.ts";
import { isArchived, isHidden, isRead, isSeen } from "./inbox.ts";
import { logOf, parseNotificationId } from "./notification_id.ts";
import { canCancel } from "./notification_policy.ts";
import { entrySchema, type LogState, type RecordRow, recordSchema } from "./notification_rows.ts";
import { toAddressees } from "./recipients.ts";
import { parseScheduled, type ScheduledRow, type Sender } from "./scheduled_row.ts";

/** What {@link createTrace} needs. */
export interface TraceOptions {
  kv: Deno.Kv;
  users: Pick<UserService, "listIds">;
  rooms: Pick<RoomService, "memberIds">;
  push: Pick<PushService, "outcomesOf">;
  /** Out of the store, not out of memory. */
  readBell(userId: string): Promise<Bell>;
}

/** Which people a trace tells of. */
export interface TracePage {
  limit: number;
  after?: string;
}

/** See `NotificationService.trace`. */
export type TraceReader = (
  by: Principal,
  id: string,
  page: TracePage,
) => Promise<{ trace: Trace; after: string | null }>;

/** Reads traces. */
export function createTrace({ kv, users, rooms, push, readBell }: TraceOptions): TraceReader {
  async function readRecords(id: string): Promise<RecordRow[]> {
    const place = parseNotificationId(id);
    if (place === null) return [];
    const rows = await Array.fromAsync(kv.list({ prefix: keys.notificationRecords(place.seq) }));
    return rows.map(({ value }) => recordSchema.parse(value)).filter((record) => record.id === id);
  }

  async function pageOf(records: readonly RecordRow[], { limit, after }: TracePage) {
    const [first] = records;
    if (!first) return [];
    if (first.to.kind === "broadcast") return await users.listIds({ limit, after });
    const all = first.to.kind === "room"
      ? await rooms.memberIds(first.to.roomId) ?? []
      : records.flatMap(({ to }) => to.kind === "users" ? to.userIds : []);
    return all.filter((id) => after === undefined || id > after).sort().slice(0, limit);
  }

  /** Null for whoever came after it, or can't see it any more. */
  async function bellOf(userId: string, id: string): Promise<BellState | null> {
    const place = parseNotificationId(id);
    if (place === null) return null;
    const name = logOf(place, userId);
    const [{ logs }, { value }] = await Promise.all([
      readBell(userId),
      kv.get(keys.notification(name, place.seq)),
    ]);
    const log = logs.find((other) => other.name === name);
    if (!log || value === null) return null;
    const { ord } = entrySchema.parse(value);
    return ord > log.state.start ? stateOf(log.state, ord) : null;
  }

  async function people(id: string, records: readonly RecordRow[], page: TracePage) {
    const userIds = await pageOf(records, page);
    const [bells, outcomes] = await Promise.all([
      Promise.all(userIds.map((userId) => bellOf(userId, id))),
      push.outcomesOf(id, userIds),
    ]);
    const after = userIds.length === page.limit ? userIds.at(-1) ?? null : null;
    const found = userIds.flatMap((userId, i) => {
      const bell = bells[i];
      return bell ? [{ userId, bell, pushes: outcomes.get(userId) ?? [] }] : [];
    });
    return { people: found, after };
  }

  async function ofScheduled(row: ScheduledRow, page: TracePage) {
    const notificationId = row.state === "sent" ? row.result : null;
    const records = notificationId === null ? [] : await readRecords(notificationId);
    const found = await people(notificationId ?? "", records, page);
    const trace: Trace = {
      id: row.id,
      state: row.state === "sending" ? "waiting" : row.state,
      reason: row.state === "failed" ? row.result : null,
      notificationId,
      sender: senderOf(row.by),
      acceptedAt: row.acceptedAt === undefined ? null : iso(row.acceptedAt),
      sendAt: iso(row.at),
      sentAt: records[0] ? iso(records[0].at) : null,
      audience: audienceOf(toAddressees(row.input.to)[0]),
      recipients: records[0]?.recipients ?? row.recipients,
      people: found.people,
    };
    return { trace, after: found.after };
  }

  return async (by, id, page) => {
    const scheduled = parseScheduled((await kv.get(keys.scheduled(id))).value);
    const records = scheduled ? [] : await readRecords(id);
    const sender = scheduled?.by ?? records[0]?.by;
    if (sender === undefined || !canCancel(by, sender)) throw noNotification("trace it");
    if (scheduled) return await ofScheduled(scheduled, page);
    const [record] = records;
    if (!record) throw noNotification("trace it");
    const found = await people(id, records, page);
    const at = iso(record.at);
    const trace: Trace = {
      id,
      state: "sent",
      reason: null,
      notificationId: id,
      sender: senderOf(record.by),
      acceptedAt: at,
      sendAt: null,
      sentAt: at,
      audience: audienceOf(record.to),
      recipients: record.recipients,
      people: found.people,
    };
    return { trace, after: found.after };
  };
}

function stateOf(state: LogState, ord: number): BellState {
  if (isHidden(state, ord)) return "hidden";
  if (isArchived(state, ord)) return "archived";
  if (isRead(state, ord)) return "read";
  return isSeen(state, ord) ? "seen" : "unseen";
}

function senderOf(by: Sender): Trace["sender"] {
  return by.kind === "user"
    ? { kind: "user", userId: by.userId }
    : { kind: "service", keyId: by.keyId };
}

/** Those who are named are on the pages of people. */
function audienceOf(to: RecordRow["to"] | undefined): Trace["audience"] {
  if (to?.kind === "room") return { kind: "room", roomId: to.roomId };
  return { kind: to?.kind ?? "users" };
}

const iso = (ms: number) => new Date(ms).toISOString();
