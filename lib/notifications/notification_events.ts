/** What the journal tells about notifications. */
import type { JournalPayload } from "../kv/journal/types.ts";
import type { Notification } from "../shared/notification_schema.ts";
import type { NotificationState } from "../shared/protocol.ts";

/** Whom an entry is for. A send to many people is several of these, a hundred people each. */
export type Addressee =
  | { kind: "users"; userIds: readonly string[] }
  | { kind: "room"; roomId: string }
  | { kind: "broadcast" };

/** A new notification, as somebody sees it who has not touched it. */
export interface NotificationSent extends JournalPayload {
  readonly type: "notification";
  readonly to: Addressee;
  readonly notification: Notification;
}

/** Somebody has seen, read or archived something on one of their devices (R7). */
export interface NotificationChanged extends JournalPayload {
  readonly type: "notification.changed";
  readonly userId: string;
  /** Empty: everything so far. */
  readonly ids: readonly string[];
  readonly state: NotificationState;
  /** With no ids: those up to this seq. */
  readonly upTo?: number;
}

/** Somebody has chosen anew what comes to their bell; null: the operator has, for everybody. */
export interface PreferencesChanged extends JournalPayload {
  readonly type: "preferences.changed";
  readonly userId: string | null;
}

export type NotificationEvent = NotificationSent | NotificationChanged | PreferencesChanged;

const TYPES: ReadonlySet<string> = new Set<NotificationEvent["type"]>([
  "notification",
  "notification.changed",
  "preferences.changed",
]);

/** Picks the notifications' events out of the journal's. */
export function asNotificationEvent(payload: JournalPayload): NotificationEvent | null {
  return TYPES.has(payload.type) ? payload as NotificationEvent : null;
}
