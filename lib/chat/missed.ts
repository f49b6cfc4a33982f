/**
 * What a client missed while it was away (R5). The caller's socket is registered before this reads,
 * so whatever happens after the heads that are answered here comes as a live frame.
 */
import { MESSAGE_MAX_CHARS, RESUME_CHANGES_MAX } from "../shared/limits.ts";
import type { Position, ServerFrame } from "../shared/protocol.ts";
import type { ChatReader } from "./chat_reader.ts";
import type { Directory } from "./directory.ts";
import type { Roster } from "./roster.ts";
import type { Missed } from "./types.ts";

/** Frames that one resume replays in all; conversations beyond are `reset`. */
const FRAMES_MAX = 2000;
/** Characters of messages in all: what the longest conversation that is replayed can have. */
const CHARS_MAX = RESUME_CHANGES_MAX * MESSAGE_MAX_CHARS;
/** Conversation rows in one answer, the newest ones. */
const ROWS_MAX = 500;

/** See the header of this module. */
export async function missed(
  userId: string,
  known: Readonly<Record<string, Position>>,
  directory: Directory,
  reader: ChatReader,
): Promise<Missed> {
  const rosters = await directory.listRosters(userId);
  const changed = rosters
    .filter(({ id, rev }) => known[id]?.rev !== rev)
    .sort((one, other) => other.lastAt - one.lastAt)
    .slice(0, ROWS_MAX);
  const reset: string[] = [];
  const frames: ServerFrame[] = [];
  const heads: Record<string, Position> = {};
  let left = FRAMES_MAX;
  let charsLeft = CHARS_MAX;
  for (const roster of changed) {
    const since = known[roster.id] ?? { seq: 0, rev: 0 };
    const { seq, rev } = roster;
    heads[roster.id] = { seq, rev };
    const marks = marksSince(roster, since.rev, userId);
    const size = seq - since.seq + marks.length;
    // A client that is ahead of the log comes from another store, and knows nothing of this one.
    const ahead = since.seq > seq || since.rev > rev;
    if (ahead || size > RESUME_CHANGES_MAX || size > left) {
      reset.push(roster.id);
      continue;
    }
    left -= size;
    const messages = await reader.messages(roster, since.seq + 1, seq);
    const chars = messages.reduce((sum, { message }) => sum + message.content.length, 0);
    if (chars > charsLeft) {
      reset.push(roster.id);
      continue;
    }
    charsLeft -= chars;
    for (const { message, rev } of messages) {
      frames.push({ type: "message", message, rev });
    }
    frames.push(...marks);
  }
  const mine = new Set(rosters.map(({ id }) => id));
  for (const id of Object.keys(known)) {
    // Left, or never there: the same answer (R8).
    if (!mine.has(id)) frames.push({ type: "conversation.removed", conversationId: id });
  }
  return { frames, conversations: await reader.conversations(userId, changed), reset, heads };
}

/** The read marks that moved after `rev`. */
function marksSince(roster: Roster, rev: number, reader: string): ServerFrame[] {
  const frames: ServerFrame[] = [];
  const { id: conversationId, seq } = roster;
  for (const [userId, { readSeq, readRev }] of roster.members) {
    if (readRev <= rev || readSeq === 0) continue;
    frames.push({
      type: "read",
      conversationId,
      userId,
      upTo: readSeq,
      ...(userId === reader ? { unreadCount: seq - readSeq } : {}),
    });
  }
  return frames;
}
