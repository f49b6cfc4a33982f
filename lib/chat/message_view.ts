/** Messages as everybody sees them, made of stored rows. */
import type { Message } from "../shared/message_schema.ts";
import type { Person } from "../shared/user_schema.ts";
import { messageIdOf } from "./chat_ids.ts";
import type { MessageRow } from "./chat_rows.ts";

let lastMs = NaN;
let lastIso = "";

/** ISO 8601 of `ms`; the last answer is kept, as messages of one commit share their time. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastIso = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastIso;
}

/** Stands for somebody whose account is gone. */
export function unknownPerson(id: string): Person {
  return { id, name: "Former member", avatar: null };
}

/** What a message's view depends on beside its row. */
export interface MessagePlace {
  conversationId: string;
  /** Both people of a direct conversation. */
  pair: readonly [string, string] | null;
  seq: number;
  sender: Person;
  /** The lowest read mark of all members: the sender's own is never below their message. */
  readUpTo: number;
}

/** The partner of `userId` in a direct conversation. */
export function partnerIn(pair: readonly [string, string], userId: string): string {
  return pair[0] === userId ? pair[1] : pair[0];
}

/** The public form of a message. */
export function toMessage(row: MessageRow, place: MessagePlace): Message {
  const { conversationId, pair, seq } = place;
  return {
    id: messageIdOf(conversationId, seq),
    clientId: row.clientId,
    conversationId,
    seq,
    senderId: row.senderId,
    ...(pair ? { receiverId: partnerIn(pair, row.senderId) } : {}),
    content: row.deletedAt === null ? row.content : "",
    createdAt: isoTime(row.at),
    editedAt: row.editedAt === null ? null : isoTime(row.editedAt),
    deletedAt: row.deletedAt === null ? null : isoTime(row.deletedAt),
    replyTo: row.replyTo === null ? null : messageIdOf(conversationId, row.replyTo),
    reactions: row.reactions.map(({ emoji, userIds }) => ({ emoji, userIds: [...userIds] })),
    read: seq <= place.readUpTo,
    sender: place.sender,
  };
}

/** The stored form of a message that was just sent, as an event carries it. */
export function toRow(message: Message, rev: number): MessageRow {
  return {
    clientId: message.clientId,
    senderId: message.senderId,
    content: message.content,
    at: Date.parse(message.createdAt),
    rev,
    replyTo: message.replyTo === null
      ? null
      : Number(message.replyTo.slice(message.replyTo.lastIndexOf(".") + 1)),
    editedAt: message.editedAt === null ? null : Date.parse(message.editedAt),
    deletedAt: message.deletedAt === null ? null : Date.parse(message.deletedAt),
    reactions: message.reactions,
  };
}
