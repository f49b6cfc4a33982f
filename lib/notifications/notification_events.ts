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
}

export type NotificationEvent = NotificationSent | NotificationChanged;

/** Picks the notifications' events out of the journal's. */
export function asNotificationEvent(payload: JournalPayload): NotificationEvent | null {
  return payload.type === "notification" || payload.type === "notification.changed"
    ? payload as NotificationEvent
    : null;
}
