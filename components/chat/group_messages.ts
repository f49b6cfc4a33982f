/** How a run of messages is laid out: in days, and in groups of one person. Pure. */
import { dayNumber, type Format } from "../../lib/shared/i18n/format.ts";
import type { MessageView } from "../../lib/client/types.ts";

/** Messages of one person that are this close together make one group. */
export const GROUP_MS = 5 * 60_000;

/** A message and its place. */
export interface Row {
  view: MessageView;
  /** Starts a group: the name is shown. */
  first: boolean;
  /** Ends a group: the time is shown. */
  last: boolean;
  /** Its state is worth showing: the last own one of a group, or another than the next one's. */
  showState: boolean;
  /** The "New" line stands before it. */
  newLine: boolean;
}

/** The messages of one day. */
export interface Day {
  /** Days since the epoch where the reader is. */
  day: number;
  /** Of its first message (ms). */
  at: number;
  rows: Row[];
}

const time = (view: MessageView) => Date.parse(view.message.createdAt);

/** Lays out messages that are in order. `dividerSeq`: the first unread one, or null. */
export function layOut(
  views: readonly MessageView[],
  format: Format,
  dividerSeq: number | null,
): Day[] {
  const days: Day[] = [];
  views.forEach((view, index) => {
    const at = time(view);
    const before = views[index - 1];
    const next = views[index + 1];
    let day = days[days.length - 1];
    const number = dayOf(view, format);
    if (!day || day.day !== number) {
      day = { day: number, at, rows: [] };
      days.push(day);
    }
    const newLine = isDivider(view, before, dividerSeq);
    const joins = before !== undefined && !newLine && day.rows.length > 0 && together(before, view);
    const nextJoins = next !== undefined && !isDivider(next, view, dividerSeq) &&
      dayOf(next, format) === number && together(view, next);
    day.rows.push({
      view,
      first: !joins,
      last: !nextJoins,
      showState: view.own && (!nextJoins || next?.state !== view.state || view.state === "failed"),
      newLine,
    });
  });
  return days;
}

/** Same person, at most five minutes apart (a clock that went back counts as no time). */
function together(a: MessageView, b: MessageView): boolean {
  return a.message.senderId === b.message.senderId && time(b) - time(a) <= GROUP_MS;
}

function isDivider(view: MessageView, before: MessageView | undefined, seq: number | null) {
  if (seq === null || view.message.seq < seq) return false;
  return before === undefined ? view.message.seq === seq : before.message.seq < seq &&
    before.message.seq > 0;
}

const dayCache = new WeakMap<MessageView, { format: Format; day: number }>();

// Formatting a date is the costly part of laying out thousands of messages, and a view never changes.
function dayOf(view: MessageView, format: Format): number {
  const known = dayCache.get(view);
  if (known?.format === format) return known.day;
  const day = dayNumber(format, time(view));
  dayCache.set(view, { format, day });
  return day;
}
