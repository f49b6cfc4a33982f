/** What the notifications domain offers to the others. */
import type {
  Notification,
  NotificationCounts,
  NotifyInput,
} from "../shared/notification_schema.ts";
import type {
  Category,
  Preferences,
  PreferencesChange,
  PushSettings,
} from "../shared/preferences_schema.ts";
import type { Doctor } from "../shared/doctor_schema.ts";
import type { Trace } from "../shared/trace_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import type { Principal } from "../identity/types.ts";

export type { NotifyInput };

/** What people want to be told, and when. */
export interface PreferenceService {
  preferences(userId: string): Promise<Preferences>;
  /** `invalid`, naming the field, for an unknown category and for one that is fixed. */
  setPreferences(userId: string, change: PreferencesChange): Promise<Preferences>;
  /** The operator's categories. */
  categories(): Promise<readonly Category[]>;
  pushSettings(): Promise<PushSettings>;
  setPushSettings(settings: PushSettings): Promise<PushSettings>;
  /** Replaces them. Choices of people stay with the name of their category. */
  setCategories(categories: readonly Category[]): Promise<readonly Category[]>;
}

/** The bell. */
export interface NotificationService {
  /** Sends what was scheduled, from now on. */
  start(): void;
  /**
   * Writes it once for its idempotency key: the same body again answers the same, another body is
   * `idempotency_mismatch`. Resolves once it is durable, with its push job.
   */
  send(
    by: Principal,
    input: NotifyInput,
    idempotencyKey: string | null,
  ): Promise<{ id: string; recipients: number }>;
  /**
   * Takes back what was sent with `sendAt` and still waits; again is no error. `not_found` for what
   * is not the caller's, `conflict` for what is sent.
   */
  cancel(by: Principal, id: string): Promise<void>;
  /**
   * The way of what the caller sent, or anybody as an admin: `not_found` for others (R8), and a month
   * after it was sent. `sch_…` names what was sent with `sendAt`.
   */
  trace(
    by: Principal,
    id: string,
    page: { limit: number; after?: string },
  ): Promise<{ trace: Trace; after: string | null }>;
  /** Why somebody gets no pushes, as far as the server can tell. */
  doctor(userId: string): Promise<Doctor>;
  /** Newest first; `before` is the seq to continue with. */
  list(
    userId: string,
    page: { filter: "all" | "unread" | "archived" | "snoozed"; limit: number; before?: number },
  ): Promise<{ notifications: Notification[]; before: number | null } & NotificationCounts>;
  counts(userId: string): Promise<NotificationCounts>;
  markRead(userId: string, id: string): Promise<NotificationCounts>;
  /** Everything, or what has at most the seq `upTo`: what came after it was looked at stays. */
  markAllRead(userId: string, upTo?: number): Promise<NotificationCounts>;
  archive(userId: string, id: string): Promise<NotificationCounts>;
  /**
   * Puts one off until then (ms): it leaves lists and counts, and comes back as a new one. Again
   * moves the time; null brings it back now. `invalid` past 366 days, `conflict` past 100.
   */
  snooze(userId: string, id: string, until: number | null): Promise<NotificationCounts>;
  /** Opening the bell: seen, not read. */
  markSeen(userId: string, upTo?: number): Promise<NotificationCounts>;
  /** What was missed since `seq`, as frames (R5); 200 at most, the newest. */
  missed(userId: string, seq: number): Promise<ServerFrame[]>;
}
