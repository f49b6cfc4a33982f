/**
 * The messages of a conversation that are in memory, as a pure value: a gapless run by seq, each
 * once, in order (R2, R4), whatever order they arrive in and however often.
 */
import { HISTORY_PAGE_MAX } from "../shared/limits.ts";
import type { Message } from "../shared/message_schema.ts";

/** Messages in memory; past it those at the far end are let go, and loaded again when wanted. */
export const WINDOW_MAX = 2000;
/** Messages that arrived ahead of a gap; past it later ones are let go, and asked for afterwards. */
const AHEAD_MAX = HISTORY_PAGE_MAX;

export interface Timeline {
  /** Ascending, gapless. */
  readonly messages: readonly Message[];
  /** Stored ones that arrived before those that come before them; ascending. */
  readonly ahead: readonly Message[];
  /** seq of the newest message that is known to exist. */
  readonly head: number;
  readonly hasOlder: boolean;
  /** False after a jump: the run is somewhere in the middle and does not follow the head. */
  readonly live: boolean;
}

/** Nothing yet: a conversation that is still empty. */
export const emptyTimeline: Timeline = {
  messages: [],
  ahead: [],
  head: 0,
  hasOlder: false,
  live: true,
};

/** A page of history as the whole run. */
export function timelineOf(
  page: { messages: readonly Message[]; before: number | null; after: number | null },
  head: number,
): Timeline {
  const last = page.messages.at(-1)?.seq ?? 0;
  return {
    messages: page.messages,
    ahead: [],
    head: Math.max(head, last),
    hasOlder: page.before !== null,
    live: page.after === null,
  };
}

/** seq of the last message of the run; 0 when it is empty. */
export function endOf(timeline: Timeline): number {
  return timeline.messages.at(-1)?.seq ?? 0;
}

/** What is missing between the run and the head, to be asked for: 200 at most at a time. */
export function gapOf(timeline: Timeline): { after: number; upTo: number } | null {
  if (!timeline.live) return null;
  const after = endOf(timeline);
  const next = timeline.ahead[0]?.seq ?? timeline.head + 1;
  return next > after + 1 ? { after, upTo: Math.min(next - 1, after + HISTORY_PAGE_MAX) } : null;
}

/** Takes in messages that were stored after those of the run, or are in it already. */
export function insert(timeline: Timeline, incoming: readonly Message[]): Timeline {
  let { messages, ahead, head } = timeline;
  for (const message of incoming) {
    head = Math.max(head, message.seq);
    const first = messages[0]?.seq ?? 1;
    const end = messages.at(-1)?.seq ?? 0;
    if (message.seq <= end) {
      if (message.seq >= first) {
        messages = replaced(messages, message.seq, (m) => newer(m, message));
      }
    } else if (!timeline.live) continue;
    else if (message.seq === end + 1) {
      messages = [...messages, message];
      const follow = ahead.findIndex((m, i) => m.seq !== message.seq + 1 + i);
      const run = ahead.slice(0, follow < 0 ? ahead.length : follow);
      messages = [...messages, ...run];
      ahead = ahead.slice(run.length);
    } else if (!ahead.some((m) => m.seq === message.seq)) {
      ahead = [...ahead, message].sort((a, b) => a.seq - b.seq).slice(0, AHEAD_MAX);
    }
  }
  const cut = messages.length - WINDOW_MAX;
  return cut > 0
    ? { ...timeline, messages: messages.slice(cut), ahead, head, hasOlder: true }
    : { ...timeline, messages, ahead, head };
}

/** A page before the run; one that does not meet it is left out. */
export function prepend(
  timeline: Timeline,
  page: { messages: readonly Message[]; before: number | null },
): Timeline {
  const first = timeline.messages[0]?.seq ?? 1;
  const older = page.messages.filter((message) => message.seq < first);
  const hasOlder = page.before !== null;
  if (older.length === 0) return { ...timeline, hasOlder };
  if (older.at(-1)?.seq !== first - 1) return timeline;
  const messages = [...older, ...timeline.messages];
  return messages.length > WINDOW_MAX
    ? { ...timeline, messages: messages.slice(0, WINDOW_MAX), ahead: [], hasOlder, live: false }
    : { ...timeline, messages, hasOlder };
}

/** A page after the run of a jump; `after` null: it reaches the newest, and follows it from here. */
export function append(
  timeline: Timeline,
  page: { messages: readonly Message[]; after: number | null },
): Timeline {
  const joined = insert({ ...timeline, live: true }, page.messages);
  return { ...joined, live: page.after === null };
}

/** The same with the message of `seq` changed, wherever it is. */
export function changeMessage(
  timeline: Timeline,
  seq: number,
  change: (message: Message) => Message,
): Timeline {
  const messages = replaced(timeline.messages, seq, change);
  const ahead = replaced(timeline.ahead, seq, change);
  return messages === timeline.messages && ahead === timeline.ahead
    ? timeline
    : { ...timeline, messages, ahead };
}

function replaced(
  messages: readonly Message[],
  seq: number,
  change: (message: Message) => Message,
): readonly Message[] {
  // A run is gapless, so the place is known; `ahead` may have gaps and is searched.
  const guess = seq - (messages[0]?.seq ?? 0);
  const index = messages[guess]?.seq === seq ? guess : messages.findIndex((m) => m.seq === seq);
  const old = messages[index];
  if (!old) return messages;
  const next = change(old);
  return next === old ? messages : messages.with(index, next);
}

/** Which of two copies of a message to keep: a replayed one may be older than what is shown. */
export function newer(known: Message, other: Message): Message {
  if (known.deletedAt || !other.deletedAt && (other.editedAt ?? "") <= (known.editedAt ?? "")) {
    return other.read && !known.read ? { ...known, read: true } : known;
  }
  return { ...other, read: other.read || known.read };
}

/** A reaction put on or taken off; the same twice changes nothing. */
export function react(message: Message, emoji: string, userId: string, on: boolean): Message {
  const old = message.reactions.find((reaction) => reaction.emoji === emoji);
  if ((old?.userIds.includes(userId) ?? false) === on) return message;
  const others = old?.userIds.filter((id) => id !== userId) ?? [];
  const userIds = on ? [...others, userId] : others;
  const reactions = old
    ? message.reactions.map((r) => r === old ? { emoji, userIds } : r)
    : [...message.reactions, { emoji, userIds }];
  return { ...message, reactions: reactions.filter((r) => r.userIds.length > 0) };
}
