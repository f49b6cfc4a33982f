/** What a page's route hands to the islands: plain JSON, made on the server, read in the browser. */
import type { Conversation, Message } from "./message_schema.ts";
import type { Notification, NotificationCounts } from "./notification_schema.ts";
import type { Person, User } from "./user_schema.ts";

/** A conversation as a route gives it; without `rev`, a resume repeats its read marks. */
export type KnownConversation = Conversation & { rev?: number };

/** The `initial` of every island of a page. */
export interface InitialState {
  appName: string;
  /** BCP 47. */
  locale: string;
  /** When the page was rendered (ISO 8601): "now" until the model starts, so hydration agrees. */
  renderedAt: string;
  /** Null on pages for people who are not signed in: the model then never connects. */
  me: User | null;
  /** The server's VAPID public key (base64url); null when push is not offered. */
  vapidKey: string | null;
  /** The first page of the list, newest first. */
  conversations: { rows: KnownConversation[]; after: string | null };
  /** What `/chat/:id` shows; null elsewhere. */
  open: InitialConversation | null;
  /**
   * Not from the server, but what this browser has kept of it: it is brought up to date once there is
   * a connection.
   */
  kept?: true;
  /** Of the store that this was kept from; the server does not say it here. */
  epoch?: string;
  /** The first page with filter `all`. */
  notifications: { items: Notification[]; before: number | null; counts: NotificationCounts };
}

/** The open conversation of a page. */
export interface InitialConversation {
  /** For a person one never wrote to: `draftConversation(person)`, and no messages. */
  row: KnownConversation;
  /** Ascending, a gapless run; the newest page unless the URL names a message. */
  messages: Message[];
  /** Whether older (`before`) or newer (`after`) ones exist: the seq to go on with, or null. */
  before: number | null;
  after: number | null;
}

/** The conversation with somebody one never wrote to; its id is the person's until it is made. */
export function draftConversation(partner: Person): KnownConversation {
  return {
    id: partner.id,
    kind: "direct",
    partner,
    lastMessage: null,
    unreadCount: 0,
    seq: 0,
    readSeq: 0,
    muted: false,
    rev: 0,
  };
}
