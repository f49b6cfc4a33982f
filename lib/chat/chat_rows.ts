/** The rows of conversations as they are stored. Times are ms since the epoch. */

/** A conversation: the head of its log. Key: `keys.conversation(id)`. */
export interface ConversationRowStored {
  kind: "direct" | "room";
  /** seq of the newest message. */
  seq: number;
  /** Counts every change: messages, read marks, members. */
  rev: number;
  createdAt: number;
  /** When the newest message was sent; before the first one, `createdAt`. */
  lastAt: number;
  /** A room's name. */
  name: string | null;
  /** Both people of a direct conversation, in ascending order; null for a room. */
  pair: readonly [string, string] | null;
  /** Their places, in the order of `pair`: a message to one person then moves one row less. */
  places: readonly [MemberRow, MemberRow] | null;
  memberCount: number;
}

/**
 * Somebody's place in a conversation. Key: `keys.member(conversationId, userId)` for rooms; those of
 * a direct conversation are in the conversation's row.
 */
export interface MemberRow {
  role: "owner" | "member";
  /** Read mark: everything up to this seq has been read (R6). */
  readSeq: number;
  /** The `rev` at which the read mark moved last, so that a resume can tell what was missed. */
  readRev: number;
  joinedAt: number;
  /** No pushes before this time; null: not muted. */
  mutedUntil: number | null;
}

/** A message. Key: `keys.message(conversationId, seq)`. Rows stay when a message is deleted. */
export interface MessageRow {
  clientId: string;
  senderId: string;
  content: string;
  at: number;
  rev: number;
  /** seq of the message that this one answers. */
  replyTo: number | null;
  editedAt: number | null;
  deletedAt: number | null;
  reactions: readonly { emoji: string; userIds: readonly string[] }[];
}

/** Which message a (sender, clientId) made. Key: `keys.sent(senderId, clientId)`. */
export interface SentRow {
  conversationId: string;
  seq: number;
}
