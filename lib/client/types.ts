/**
 * The browser-side state, as islands and components see it.
 *
 * How to use it:
 * - The route makes an `InitialState` (`lib/shared/initial_state.ts`, plain JSON) and gives it as
 *   `initial` to every island of the page. Each island calls `getModel(initial)`
 *   (`lib/client/model.ts`) while rendering. In the browser that is one model for the page: the
 *   first island makes it, later calls give the same one and take in what a newer `initial` (by
 *   `renderedAt`) brings. On the server each `initial` object has its own model, which lives as
 *   long as that object, so people never share.
 * - Making a model does no I/O and touches no browser API, so the server renders with it. An island
 *   calls `useEffect(() => model.start(), [])`; calling it many times is the same as once.
 * - Read signals in components, call methods in handlers. Methods never throw and need no await:
 *   what went wrong shows in a signal (`status`, a message's `state`) or as a toast. The methods of
 *   `api` are the exception: they reject with an `ApiFailure`.
 * - The model knows no words and no URLs: it gives codes and ids, components choose the words from
 *   the catalogue and do the routing.
 */
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ErrorCode, Issue } from "../shared/errors.ts";
import type { Doctor } from "../shared/doctor_schema.ts";
import type { Conversation, Message, Room, RoomMember } from "../shared/message_schema.ts";
import type {
  Device,
  Notification,
  NotificationCounts,
  PushOutcome,
} from "../shared/notification_schema.ts";
import type { Preferences, PreferencesChange } from "../shared/preferences_schema.ts";
import type { Person, SessionInfo, User } from "../shared/user_schema.ts";
import type { KnownConversation } from "../shared/initial_state.ts";

export type {
  InitialConversation,
  InitialState,
  KnownConversation,
} from "../shared/initial_state.ts";

/** Everything that moves on a page. */
export interface AppModel {
  readonly appName: string;
  readonly locale: string;
  readonly me: Signal<User | null>;
  /** Milliseconds; moves every 30 s, for relative times. `renderedAt` until started. */
  readonly now: ReadonlySignal<number>;
  readonly connection: ConnectionModel;
  readonly chat: ChatModel;
  readonly people: PeopleModel;
  readonly presence: PresenceModel;
  readonly notifications: NotificationsModel;
  readonly push: PushModel;
  readonly toasts: ToastsModel;
  readonly badge: BadgeModel;
  /** For forms and lists that hold no shared state (settings). */
  readonly api: Api;
  /** Connects, opens stores, sets title and app badge. Idempotent; nothing without `me`. */
  start(): void;
  /**
   * Ends the session, unsubscribes this browser from push, and forgets drafts and unsent messages
   * of this browser (ask first when `chat.unsentCount` is not 0). Then `connection.state` is
   * `signed_out`. False: it could not be done (a toast says why), nothing changed.
   */
  signOut(): Promise<boolean>;
}

// --- connection ---------------------------------------------------------------------------------

export type ConnectionState =
  | { kind: "idle" }
  | { kind: "connecting"; attempt: number }
  /** Connected and caught up. */
  | { kind: "online"; connectionId: string }
  /** Tries again by itself at `until` (ms). */
  | { kind: "waiting"; attempt: number; until: number }
  /** The browser says there is no network; tries again when it comes back, and now and then. */
  | { kind: "offline" }
  /**
   * No session any more. Show the sign-in page with the way back to `returnTo` (path and query).
   * `left`: by own sign-out; `ended`: revoked, expired or gone.
   */
  | { kind: "signed_out"; reason: "left" | "ended"; returnTo: string };

/** What the bar shows. Quiet for the first 2 s of an outage; `back` lasts 3 s. */
export type Banner =
  | { kind: "none" }
  | { kind: "reconnecting"; offline: boolean }
  | { kind: "back" };

export interface ConnectionModel {
  readonly state: ReadonlySignal<ConnectionState>;
  readonly banner: ReadonlySignal<Banner>;
  /** Tries at once instead of waiting on. */
  retryNow(): void;
}

// --- chat ---------------------------------------------------------------------------------------

/** What has become of something that is being loaded. */
export type LoadState =
  | { kind: "idle" }
  | { kind: "loading" }
  | { kind: "ready" }
  | { kind: "failed"; failure: Failure };

/** Why something did not work, without words for people. */
export interface Failure {
  code: ErrorCode | "network" | "timeout";
  /** For "Details"; null when no answer came. */
  requestId: string | null;
  issues?: Issue[];
  /** Seconds. */
  retryAfter?: number;
}

/**
 * Of an own message. `delivered`: in a direct conversation, the partner has been connected since it
 * was stored. `read`: every other member's read mark has reached it.
 */
export type SendState = "sending" | "sent" | "delivered" | "read" | "failed";

/** One bubble. The same object as long as nothing of it changes, so it can be memoised. */
export interface MessageView {
  /** Stays the same from the optimistic bubble to the stored one: use it as `key`. */
  readonly key: string;
  /** `seq` is 0 and `id` is "" until it is stored. */
  readonly message: Message;
  readonly own: boolean;
  /** Null for messages of others. */
  readonly state: SendState | null;
  /** Why it failed; null otherwise. */
  readonly failure: ErrorCode | null;
}

/** What a row of the list shows on its second line. */
export type Preview =
  | { kind: "failed" }
  | { kind: "typing"; userIds: string[] }
  | { kind: "draft"; text: string }
  | { kind: "sending"; text: string }
  | { kind: "message"; message: Message }
  | { kind: "empty" };

/** Where one was in a conversation: kept by the UI, in memory. */
export type ScrollMemory = { atEnd: true } | { atEnd: false; key: string; offset: number };

/** `full`: 200 messages wait to be sent already. `invalid`: empty or too long. */
export type SendResult = "ok" | "full" | "invalid";

export interface ConversationModel {
  /** Stable, also from before the first message: use it as `key`. */
  readonly key: string;
  /**
   * What the server knows of it. `row.value.id` goes into URLs; before the first message to a
   * person it is that person's id, which every URL and route takes as well.
   */
  readonly row: ReadonlySignal<Conversation>;
  readonly unreadCount: ReadonlySignal<number>;
  readonly preview: ReadonlySignal<Preview>;
  /** When the last thing happened (ISO 8601), own unsent messages too; null: nothing yet. */
  readonly lastAt: ReadonlySignal<string | null>;
  /** Who is typing, the newest last; never oneself. */
  readonly typing: ReadonlySignal<readonly string[]>;
  /** Moves whenever somebody joined or left, as far as that is told here. */
  readonly membership: ReadonlySignal<number>;

  /** Of the newest page. `failed` with code `not_found`: is not there, or is not for this person. */
  readonly status: ReadonlySignal<LoadState>;
  /** By seq, ascending and gapless; own unsent ones at the end. */
  readonly messages: ReadonlySignal<readonly MessageView[]>;
  readonly hasOlder: ReadonlySignal<boolean>;
  /** True after a jump: the end of `messages` is not the newest. */
  readonly hasNewer: ReadonlySignal<boolean>;
  /** A page that is being fetched. */
  readonly loading: ReadonlySignal<"none" | "older" | "newer" | "jump">;
  /** The "New" line belongs before the message of this seq; null: no line. Stays until one leaves. */
  readonly dividerSeq: ReadonlySignal<number | null>;
  /** The message to bring into view and mark after `jump`; the UI sets it back to null. */
  readonly target: Signal<number | null>;
  scroll: ScrollMemory | null;

  /** What is in the composer. Write to it as one types: it is kept, and tells others of typing. */
  readonly draft: Signal<string>;
  /** The message that is being answered. */
  readonly replyTo: Signal<Message | null>;

  /** Sends the draft (or `text`), clears it when the answer is `ok`. Works offline. */
  send(text?: string): SendResult;
  /** Of a failed message. */
  retry(key: string): void;
  discard(key: string): void;
  loadOlder(): void;
  loadNewer(): void;
  /** Shows the messages around `seq`. */
  jump(seq: number): void;
  /** Back to the newest after a jump. */
  jumpToEnd(): void;
  /** Call when the newest (or `upTo`) can really be seen: visible window, at the end. */
  markRead(upTo?: number): void;
}

export interface ChatModel {
  /** By `lastAt`, newest first. */
  readonly conversations: ReadonlySignal<readonly ConversationModel[]>;
  /** Set it while the pointer or focus is in the list: the order then stands still. */
  readonly holdOrder: Signal<boolean>;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly status: ReadonlySignal<LoadState>;
  readonly current: ReadonlySignal<ConversationModel | null>;
  /** Of all that are not muted and known. */
  readonly unreadCount: ReadonlySignal<number>;
  /** Own messages that wait or failed, in all. */
  readonly unsentCount: ReadonlySignal<number>;
  loadMore(): void;
  /** By conversation id or partner's user id; loads what is missing. Sets `current`. */
  open(id: string): ConversationModel;
  /** The conversation with a person, also when there is none yet. Sets `current`. */
  openWith(person: Person): ConversationModel;
  /** No conversation is shown (list on a phone, another page). */
  close(): void;
  /** Makes a room and opens it; null when it failed (a toast says why). */
  createRoom(name: string, memberIds: string[]): Promise<ConversationModel | null>;
  /** Leaves a room, which is gone from the list then. False: it could not be done. */
  leaveRoom(conversation: ConversationModel): Promise<boolean>;
}

// --- people and presence ------------------------------------------------------------------------

export interface PeopleModel {
  /** Write to it as one types. */
  readonly query: Signal<string>;
  /** Without oneself. Empty while `query` is. */
  readonly results: ReadonlySignal<readonly Person[]>;
  /** Known conversations whose person or room name matches. */
  readonly conversations: ReadonlySignal<readonly ConversationModel[]>;
  readonly status: ReadonlySignal<LoadState>;
  /** Somebody who was seen on this page (sender, partner, oneself), or null. */
  get(userId: string): Person | null;
}

export interface Presence {
  online: boolean;
  lastSeenAt: string | null;
}

export interface PresenceModel {
  of(userId: string): ReadonlySignal<Presence>;
}

// --- notifications ------------------------------------------------------------------------------

export type NotificationFilter = "all" | "unread" | "archived" | "snoozed";

export interface NotificationsModel {
  readonly filter: ReadonlySignal<NotificationFilter>;
  /** Of the filter, newest first. */
  readonly items: ReadonlySignal<readonly Notification[]>;
  readonly counts: ReadonlySignal<NotificationCounts>;
  readonly status: ReadonlySignal<LoadState>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** Set it while the bell or the page shows them: no toasts then, and new ones count as seen. */
  readonly onScreen: Signal<boolean>;
  setFilter(filter: NotificationFilter): void;
  loadMore(): void;
  /** What opening the bell does; `onScreen` does it too. */
  markSeen(): void;
  markRead(...ids: string[]): void;
  /** All that are known here; what comes meanwhile stays unread. */
  markAllRead(): void;
  archive(...ids: string[]): void;
  /** They leave the list until then (ms), and come back as new ones. */
  snooze(until: number, ...ids: string[]): void;
  /** A snoozed one comes back now. */
  wake(id: string): void;
}

// --- push ---------------------------------------------------------------------------------------

/** The states of P26, and those on the way. */
export type PushState =
  /** Not looked yet (before `start`). */
  | { kind: "unknown" }
  | { kind: "unsupported" }
  /** iOS: only from the Home Screen. */
  | { kind: "needs_install" }
  | { kind: "off" }
  /** The browser's question is open, or the subscription is being made. */
  | { kind: "asking" }
  | { kind: "on"; deviceId: string | null }
  /** The browser was told no: say how to undo it. */
  | { kind: "denied" }
  /** It was on, but the subscription is gone or of another key: `enable()` makes it anew. */
  | { kind: "needs_resubscribe" }
  /** Tried, and failed: `enable()` tries again. */
  | { kind: "failed"; failure: Failure };

/** What `test` answers for each device. */
export interface PushTestResult {
  deviceId: string;
  name: string;
  outcome: PushOutcome;
}

export interface PushModel {
  readonly state: ReadonlySignal<PushState>;
  /** Show the soft prompt: push is off, was never refused here, and there is something to tell. */
  readonly suggest: ReadonlySignal<boolean>;
  /** "Not now": the soft prompt stays away for 30 days. */
  dismiss(): void;
  /** Only from a click: asks the browser, subscribes, tells the server. */
  enable(): void;
  disable(): void;
  /** Pushes to each own device now; rejects with `ApiFailure`. */
  test(): Promise<PushTestResult[]>;
}

// --- toasts and badge ---------------------------------------------------------------------------

export type ToastContent =
  | { kind: "notification"; notification: Notification }
  | { kind: "message"; conversation: ConversationModel; message: Message }
  /** Somebody took this person out of the room of this name. */
  | { kind: "removed"; name: string }
  /** `what` names what did not work; the catalogue has a sentence for each. */
  | { kind: "failure"; what: FailedAction; failure: Failure }
  /** Words of the UI's own, already in the person's language. */
  | { kind: "text"; text: string };

export type FailedAction =
  | "load_conversations"
  | "load_messages"
  | "change_notification"
  | "create_room"
  | "sign_out"
  | "keep_unsent";

export type Toast = ToastContent & { readonly id: number };

export interface ToastsModel {
  /** Three at most, the newest last; a fourth drops the oldest. Each stays 6 s. */
  readonly items: ReadonlySignal<readonly Toast[]>;
  /** While true (pointer or focus on them) none goes away by itself. */
  readonly paused: Signal<boolean>;
  show(content: ToastContent): void;
  close(id: number): void;
}

export interface BadgeModel {
  /** What is new: unread messages (not of muted conversations) and unseen notifications. */
  readonly count: ReadonlySignal<number>;
  /** Name of the page that is shown; null: only the app's name. */
  readonly page: Signal<string | null>;
  /** `(3) Ann · SkillLink`: after `start`, `document.title` follows it. */
  readonly title: ReadonlySignal<string>;
}

// --- api ----------------------------------------------------------------------------------------

/** A page of rows with the cursor to go on with, null at the end. */
export interface Rows<T> {
  rows: T[];
  after: string | null;
}

/** A run of messages with the seqs to go on with, null at an end. */
export interface History {
  messages: Message[];
  before: number | null;
  after: number | null;
}

/** REST. Each method rejects with an `ApiFailure` (`lib/client/api.ts`), never anything else. */
export interface Api {
  logout(): Promise<void>;
  listSessions(): Promise<SessionInfo[]>;
  endSession(id: string): Promise<void>;
  getMe(): Promise<User>;
  updateMe(change: { name?: string; avatar?: string | null }): Promise<User>;
  searchPeople(query: string): Promise<Person[]>;
  listConversations(after?: string): Promise<Rows<KnownConversation>>;
  history(
    id: string,
    page?: { limit?: number; before?: number; after?: number; around?: number },
  ): Promise<History>;
  createRoom(name: string, memberIds: string[]): Promise<Room>;
  getRoom(id: string): Promise<Room & { members: RoomMember[] }>;
  addMember(roomId: string, userId: string): Promise<void>;
  removeMember(roomId: string, userId: string): Promise<void>;
  listNotifications(
    filter: NotificationFilter,
    before?: number,
  ): Promise<{ items: Notification[]; before: number | null } & NotificationCounts>;
  markNotificationRead(id: string): Promise<NotificationCounts>;
  markAllNotificationsRead(upTo?: number): Promise<NotificationCounts>;
  archiveNotification(id: string): Promise<NotificationCounts>;
  /** ISO 8601; null brings it back now. */
  snoozeNotification(id: string, until: string | null): Promise<NotificationCounts>;
  markNotificationsSeen(upTo?: number): Promise<NotificationCounts>;
  getPreferences(): Promise<Preferences>;
  /** What is not named stays as it is. */
  changePreferences(change: PreferencesChange): Promise<Preferences>;
  /** Why one gets no pushes, as far as the server can tell. */
  doctor(): Promise<Doctor>;
  subscribe(subscription: PushSubscriptionJSON): Promise<string>;
  unsubscribe(endpoint: string): Promise<void>;
  listDevices(): Promise<Device[]>;
  /** Pushes to it on or off; it stays subscribed. */
  switchDevice(id: string, enabled: boolean): Promise<Device>;
  /** What subscriptions have to be made with now (base64url). */
  vapidKey(): Promise<string>;
  removeDevice(id: string): Promise<void>;
  testPush(): Promise<PushTestResult[]>;
  socketTicket(): Promise<string>;
}
