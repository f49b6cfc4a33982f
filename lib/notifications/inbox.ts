/** What somebody has done with their notifications, and what follows from it (R6): pure. */
import type { NotificationCounts } from "../shared/notification_schema.ts";
import { add, EMPTY, has, lastIn, lastOutside, limitRanges, sizeWithin } from "./interval_set.ts";
import type { InboxRow, LogName, LogState, Mark } from "./notification_rows.ts";

/**
 * Ranges kept for one log. Who reads every other notification a thousand times over has the oldest
 * gaps filled: those count as read (or archived) too.
 */
const RANGES_MAX = 400;
/** Ranges kept for all logs of one person, so that the row stays far below 65,536 bytes. */
const RANGES_IN_ALL = 1600;
/** "All up to here" is remembered this often; before that, an older one's time is a later one's. */
const MARKS_MAX = 30;

/** A log as one person has it: its head now, and what they did with it. */
export interface OwnLog {
  name: LogName;
  count: number;
  lastSeq: number;
  state: LogState;
}

export const EMPTY_INBOX: InboxRow = { logs: {}, seenMarks: [], readMarks: [] };

/** An untouched log of somebody who came when it had `start` entries. */
export function newLogState(joinedAt: number, start: number): LogState {
  return {
    joinedAt,
    start,
    seen: start,
    read: EMPTY,
    archived: EMPTY,
    hidden: EMPTY,
    scanned: start,
  };
}

/** Counts over all logs: always from the heads and the ranges, never counted up and down (R6). */
export function countOf(logs: readonly OwnLog[]): NotificationCounts {
  let [unreadCount, unseenCount] = [0, 0];
  for (const { count, state } of logs) {
    const unseenFrom = Math.max(state.start, state.seen);
    unreadCount += count - state.start - sizeWithin(state.read, state.start + 1, count);
    unseenCount += count - unseenFrom - sizeWithin(state.read, unseenFrom + 1, count);
  }
  return { unreadCount, unseenCount };
}

/** Which entries a list shows. `any` is for a resume. */
export type Filter = "all" | "unread" | "archived" | "any";

/** The largest ord at or below `ord` that the filter takes; null when there is none. */
export function lastWanted(state: LogState, filter: Filter, ord: number): number | null {
  switch (filter) {
    case "any":
      return lastOutside(state.hidden, ord, state.start);
    case "all":
      return lastOutside(state.archived, ord, state.start);
    case "unread":
      return lastOutside(state.read, ord, state.start);
    case "archived":
      return lastArchived(state, ord);
  }
}

/** The largest ord at or below `ord` that was archived by its owner, not hidden. */
function lastArchived({ start, archived, hidden }: LogState, ord: number): number | null {
  let last = lastIn(archived, ord);
  while (last !== null && has(hidden, last)) {
    const below = lastOutside(hidden, last, start);
    last = below === null ? null : lastIn(archived, below);
  }
  return last !== null && last > start ? last : null;
}

/** With what was found hidden when the log was looked at up to `ord`. */
export function withHidden(state: LogState, hidden: readonly number[], ord: number): LogState {
  let [read, archived, all] = [state.read, state.archived, state.hidden];
  for (let i = 0; i < hidden.length; i += 2) {
    const [from, to] = [hidden[i] ?? 0, hidden[i + 1] ?? 0];
    [read, archived, all] = [add(read, from, to), add(archived, from, to), add(all, from, to)];
  }
  return { ...state, read, archived, hidden: all, scanned: Math.max(state.scanned, ord) };
}

/** With `ord` read, and archived too if so wanted. */
export function withRead(state: LogState, ord: number, archived: boolean): LogState {
  return {
    ...state,
    read: add(state.read, ord, ord),
    archived: archived ? add(state.archived, ord, ord) : state.archived,
  };
}

/** With everything up to `ord` read. */
export function withAllRead(state: LogState, ord: number): LogState {
  return { ...state, read: add(state.read, state.start + 1, ord) };
}

/** With everything up to `ord` seen. */
export function withSeen(state: LogState, ord: number): LogState {
  return { ...state, seen: Math.max(state.seen, ord) };
}

export const isHidden = (state: LogState, ord: number) => has(state.hidden, ord);
export const isRead = (state: LogState, ord: number) => has(state.read, ord);
export const isArchived = (state: LogState, ord: number) => has(state.archived, ord);
export const isSeen = (state: LogState, ord: number) => ord <= state.seen || isRead(state, ord);

/** The inbox with these states, within its limits. */
export function withStates(inbox: InboxRow, states: ReadonlyMap<LogName, LogState>): InboxRow {
  const logs = { ...inbox.logs };
  for (const [name, state] of states) logs[name] = limited(state, RANGES_MAX);
  let ranges = 0;
  for (const state of Object.values(logs)) {
    ranges += state.read.length + state.archived.length + state.hidden.length;
  }
  if (ranges / 2 > RANGES_IN_ALL) {
    const each = Math.max(1, Math.floor(RANGES_IN_ALL / 3 / Object.keys(logs).length));
    for (const [name, state] of Object.entries(logs)) logs[name] = limited(state, each);
  }
  return { ...inbox, logs };
}

function limited(state: LogState, ranges: number): LogState {
  const archived = limitRanges(state.archived, ranges);
  let read = state.read;
  // What is archived is read, also where a gap was filled.
  if (archived !== state.archived) {
    for (let i = 0; i < archived.length; i += 2) {
      read = add(read, archived[i] ?? 0, archived[i + 1] ?? 0);
    }
  }
  // The oldest of what is hidden becomes what its owner archived.
  const hidden = state.hidden.slice(-2 * ranges);
  return { ...state, archived, read: limitRanges(read, ranges), hidden };
}

/** `marks` with one more, ascending by seq; the oldest go. */
export function withMark(marks: readonly Mark[], mark: Mark): Mark[] {
  if (marks.some(({ seq }) => seq >= mark.seq)) return [...marks];
  return [...marks, mark].slice(-MARKS_MAX);
}

/** When everything up to `seq` was marked for the first time; null when it never was. */
export function markedAt(marks: readonly Mark[], seq: number): number | null {
  return marks.find((mark) => mark.seq >= seq)?.at ?? null;
}
