/** A conversation's row as a pure value: what a message, a mark or a newer row makes of it. */
import type { Message } from "../shared/message_schema.ts";
import type { KnownConversation } from "./types.ts";

/** Whichever is newer of each part; positions never move back. */
export function mergeRow(known: KnownConversation, row: KnownConversation): KnownConversation {
  const seq = Math.max(known.seq, row.seq);
  const readSeq = Math.max(known.readSeq, row.readSeq);
  const lastMessage = (known.lastMessage?.seq ?? 0) > (row.lastMessage?.seq ?? 0)
    ? known.lastMessage
    : row.lastMessage;
  const rev = Math.max(known.rev ?? 0, row.rev ?? 0);
  return counted({ ...row, rev, seq, readSeq, lastMessage });
}

/** With one more message, which may be old; sending is reading, so an own one moves the mark. */
export function withMessage(
  row: KnownConversation,
  message: Message,
  ownId: string,
): KnownConversation {
  const own = message.senderId === ownId;
  const readSeq = own ? Math.max(row.readSeq, message.seq) : row.readSeq;
  if (message.seq <= row.seq && readSeq === row.readSeq && row.id === message.conversationId) {
    return row;
  }
  return counted({
    ...row,
    id: message.conversationId,
    seq: Math.max(row.seq, message.seq),
    readSeq,
    lastMessage: message.seq > row.seq ? message : row.lastMessage,
  });
}

/** With the own read mark at `upTo`, or where it is if that is further. */
export function withReadMark(row: KnownConversation, upTo: number): KnownConversation {
  const readSeq = Math.max(row.readSeq, Math.min(upTo, row.seq));
  return readSeq === row.readSeq ? row : counted({ ...row, readSeq });
}

/** R6: the count is derived, never kept. */
function counted(row: KnownConversation): KnownConversation {
  return { ...row, unreadCount: Math.max(0, row.seq - row.readSeq) };
}
