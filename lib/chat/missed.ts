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
/**
 * Frames of conversations that the client did not name, in all. Those that began while it was away
 * are few; a page that has just been loaded names the newest only, and needs no more than the rows.
 */
const UNNAMED_FRAMES_MAX = RESUME_CHANGES_MAX;
/** Rows of conversations that the client did not name, the newest ones. */
const UNNAMED_ROWS_MAX = 500;

/** See the header of this module. */
export async function missed(
  userId: string,
  known: Readonly<Record<string, Position>>,
  directory: Directory,
  reader: ChatReader,
): Promise<Missed> {
  const rosters = await directory.listRosters(userId);
  let unnamed = 0;
  // Of those that were named each is answered, or the client would take it for unchanged.
  const changed = rosters
    .filter(({ id, rev }) => known[id]?.rev !== rev)
    .sort((one, other) => other.lastAt - one.lastAt)
    .filter(({ id }) => id in known || unnamed++ < UNNAMED_ROWS_MAX);
  const reset: string[] = [];
  const frames: ServerFrame[] = [];
  const heads: Record<string, Position> = {};
  // Also where nothing was missed: live frames of what the client knows may be waiting, because this
  // server has heard of it later than the client.
  for (const { id, seq, rev } of rosters) if (id in known) heads[id] = { seq, rev };
  let left = FRAMES_MAX;
  let unnamedLeft = UNNAMED_FRAMES_MAX;
  let charsLeft = CHARS_MAX;
  for (const roster of changed) {
    const since = known[roster.id] ?? { seq: 0, rev: 0 };
    const { seq, rev } = roster;
    heads[roster.id] = { seq, rev };
    const marks = marksSince(roster, since.rev, userId);
    const size = seq - since.seq + marks.length;
    // A client that is ahead of the log comes from another store, and knows nothing of this one.
    const ahead = since.seq > seq || since.rev > rev;
    const isNamed = roster.id in known;
    const most = Math.min(RESUME_CHANGES_MAX, left, isNamed ? left : unnamedLeft);
    if (ahead || size > most) {
      reset.push(roster.id);
      continue;
    }
    left -= size;
    if (!isNamed) unnamedLeft -= size;
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
