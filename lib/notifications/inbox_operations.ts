/** Changes of one person's inbox, as journal operations. */
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import { parseInbox } from "./bell_rows.ts";
import {
  type OwnLog,
  withAllRead,
  withHidden,
  withMark,
  withRead,
  withSeen,
  withStates,
} from "./inbox.ts";
import type { NotificationChanged } from "./notification_events.ts";
import type {
  EntryRow,
  HeadRow,
  InboxRow,
  LogName,
  LogRow,
  LogState,
  TimesRow,
} from "./notification_rows.ts";

/** One notification to be read or archived. */
export interface ChangeOne {
  userId: string;
  id: string;
  log: OwnLog;
  entry: EntryRow;
  state: "read" | "archived";
  now: number;
}

/**
 * The state of a log now: what is stored, unless it is of an earlier stay in the room, with what was
 * found hidden since.
 */
export function stateNow(inbox: InboxRow, { name, state }: OwnLog): LogState {
  const stored = inbox.logs[name];
  if (stored?.joinedAt !== state.joinedAt) return state;
  return stored.scanned < state.scanned ? withHidden(stored, state.hidden, state.scanned) : stored;
}

/** The inbox with every log looked at, up to what it holds now, for what is hidden. */
export function withLogsLookedAt(stored: unknown, logs: readonly OwnLog[]): InboxRow {
  const inbox = parseInbox(stored);
  const states = logs.map((log): [LogName, LogState] => {
    const state = stateNow(inbox, log);
    return [log.name, { ...state, scanned: Math.max(state.scanned, log.count) }];
  });
  return withStates(inbox, new Map(states));
}

/** Marks one read or archived, with the time. */
export function changeOne(
  { userId, id, log, entry, state, now }: ChangeOne,
): JournalOperation<void> {
  const inboxKey = keys.inbox(userId);
  const timesKey = keys.inboxTimes(userId, entry.seq);
  return {
    shard: NOTIFICATION_SHARD,
    reads: [inboxKey, timesKey],
    apply(view) {
      const inbox = parseInbox(view.get(inboxKey));
      const before = stateNow(inbox, log);
      const after = withRead(before, entry.ord, state === "archived");
      view.set(inboxKey, withStates(inbox, new Map([[log.name, after]])));
      const times = view.get<TimesRow>(timesKey) ?? {};
      const archived = state === "archived" ? { archivedAt: times.archivedAt ?? now } : {};
      view.set(timesKey, { readAt: now, ...times, ...archived });
      view.emit({ type: "notification.changed", userId, ids: [id], state } as NotificationChanged);
    },
  };
}

/** All of them, or those up to a seq. */
export interface ChangeAll {
  userId: string;
  logs: readonly OwnLog[];
  state: "read_all" | "seen";
  now: number;
  /** Up to this seq, which `reached` gives as a place (ord) in each log. */
  upTo?: number;
  reached?: ReadonlyMap<LogName, number> | null;
}

/** Logs in one inbox; past it, those of rooms that were left are forgotten. */
const LOGS_MAX = 400;

function withoutLeft(inbox: InboxRow, current: ReadonlyMap<LogName, LogState>): InboxRow {
  if (Object.keys(inbox.logs).length <= LOGS_MAX) return inbox;
  const logs = Object.entries(inbox.logs).filter(([name]) => current.has(name));
  return { ...inbox, logs: Object.fromEntries(logs) };
}

/** Marks everything read or seen, up to what the logs hold at the moment of the write. */
export function changeAll(
  { userId, logs, state, now, upTo, reached }: ChangeAll,
): JournalOperation<void> {
  const inboxKey = keys.inbox(userId);
  return {
    shard: NOTIFICATION_SHARD,
    reads: [
      inboxKey,
      keys.notificationHead(),
      ...logs.map(({ name }) => keys.notificationLog(name)),
    ],
    apply(view) {
      const inbox = parseInbox(view.get(inboxKey));
      const states = new Map(logs.map((log): [LogName, LogState] => {
        const count = view.get<LogRow>(keys.notificationLog(log.name))?.count ?? log.count;
        const ord = Math.min(count, reached?.get(log.name) ?? count);
        const before = stateNow(inbox, log);
        return [log.name, state === "seen" ? withSeen(before, ord) : withAllRead(before, ord)];
      }));
      const newest = view.get<HeadRow>(keys.notificationHead())?.seq ?? 0;
      const mark = { seq: Math.min(newest, upTo ?? newest), at: now };
      const changed = withStates(withoutLeft(inbox, states), states);
      view.set(
        inboxKey,
        state === "seen"
          ? { ...changed, seenMarks: withMark(inbox.seenMarks, mark) }
          : { ...changed, readMarks: withMark(inbox.readMarks, mark) },
      );
      view.emit(
        { type: "notification.changed", userId, ids: [], state, upTo } as NotificationChanged,
      );
    },
  };
}
