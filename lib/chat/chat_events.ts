/** What the journal tells about conversations. Every event carries what other servers need. */
import type { Message } from "../shared/message_schema.ts";
import type { JournalPayload } from "../kv/journal/types.ts";

/** A new message. */
export interface MessageEvent extends JournalPayload {
  readonly type: "message";
  readonly frame: { readonly type: "message"; readonly message: Message; readonly rev: number };
  /** The conversation began with it. */
  readonly began: boolean;
  /** By sending, the sender has read what came before it. */
  readonly caughtUp: boolean;
}

/** What {@link MessageEvent} carries on the server that made it: its frame as JSON. */
export interface MessageLocal {
  readonly frameJson: string;
}

/** A read mark that moved. */
export interface ReadEvent extends JournalPayload {
  readonly type: "read";
  readonly conversationId: string;
  readonly userId: string;
  readonly upTo: number;
  readonly rev: number;
  /** seq of the newest message, so that the reader's devices can be told what is left. */
  readonly seq: number;
}

/** People who joined or left a room, some at a time. */
export interface MembersEvent extends JournalPayload {
  readonly type: "members";
  readonly conversationId: string;
  readonly userIds: readonly string[];
  readonly joined: boolean;
  /** The room began with them. */
  readonly began: boolean;
  /** Role of those who joined. */
  readonly role: "owner" | "member";
  /** Read mark of those who joined. */
  readonly readSeq: number;
  readonly at: number;
  readonly memberCount: number;
  readonly rev: number;
}

/** Somebody wants no pushes of a conversation before `until` (ms); null: pushes again. */
export interface MutedEvent extends JournalPayload {
  readonly type: "muted";
  readonly conversationId: string;
  readonly userId: string;
  readonly until: number | null;
  readonly rev: number;
}

export type ChatEvent = MessageEvent | ReadEvent | MembersEvent | MutedEvent;

const TYPES: ReadonlySet<string> = new Set<ChatEvent["type"]>([
  "message",
  "read",
  "members",
  "muted",
]);

/** Picks the conversations' events out of the journal's. */
export function asChatEvent(payload: JournalPayload): ChatEvent | null {
  return TYPES.has(payload.type) ? payload as ChatEvent : null;
}

/** The conversation that an event is about. */
export function conversationOf(event: ChatEvent): string {
  return event.type === "message" ? event.frame.message.conversationId : event.conversationId;
}

/** The `rev` that an event made. */
export function revOf(event: ChatEvent): number {
  return event.type === "message" ? event.frame.rev : event.rev;
}
