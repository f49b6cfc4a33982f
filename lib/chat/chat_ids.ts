/** Ids of conversations and messages: opaque outside, computed in here. */
import { createHash, randomBytes } from "node:crypto";

const MESSAGE_ID = /^([dr]_[\w-]{22})\.([1-9]\d{0,15})$/;
const CONVERSATION_ID = /^[dr]_[\w-]{22}$/;

/** Pairs that are remembered, so that a busy one is hashed once. */
const REMEMBERED_PAIRS = 10_000;
const remembered = new Map<string, string>();

/** The two in ascending order, by UTF-16 units. */
export function pairOf(one: string, other: string): readonly [string, string] {
  return one < other ? [one, other] : [other, one];
}

/** The id of the direct conversation of two people, whoever asks. */
export function directIdOf(one: string, other: string): string {
  // Ids hold no NUL, so different pairs never make the same text.
  const pair = pairOf(one, other).join("\0");
  let id = remembered.get(pair);
  if (id === undefined) {
    id = `d_${createHash("sha256").update(pair).digest("base64url").slice(0, 22)}`;
    if (remembered.size >= REMEMBERED_PAIRS) remembered.clear();
    remembered.set(pair, id);
  }
  return id;
}

/** A new room's id: 128 random bits. */
export function newRoomId(): string {
  return `r_${randomBytes(16).toString("base64url")}`;
}

/** True when `id` has the form of a conversation's id; it need not exist. */
export function isConversationId(id: string): boolean {
  return CONVERSATION_ID.test(id);
}

/** Whether the id is that of a direct conversation: its first letter tells. */
export function isDirectId(conversationId: string): boolean {
  return conversationId.startsWith("d_");
}

/** A message's id says where it is, so that no index row is needed. */
export function messageIdOf(conversationId: string, seq: number): string {
  return `${conversationId}.${seq}`;
}

/** The place that a message id names; null when it has not the form of one. */
export function parseMessageId(id: string): { conversationId: string; seq: number } | null {
  const match = MESSAGE_ID.exec(id);
  return match ? { conversationId: match[1]!, seq: Number(match[2]) } : null;
}
