/** What the push domain offers to the others. */
import type {
  Device,
  PushOutcome,
  PushSubscriptionBody,
  Urgency,
} from "../shared/notification_schema.ts";
import type { Caller } from "../identity/types.ts";

/** What a push shows; the service worker and Safari read the same object (P24). */
export interface PushContent {
  title: string;
  body: string;
  /** A path of this site, or an https URL. */
  navigate: string;
  /** A newer push of the same tag replaces an older one (P22). */
  tag: string;
  urgency: Urgency;
  timestamp: number;
  /** Unread things in all, for the app badge. */
  badge: number;
}

/**
 * A push to be made: stored in the same atomic as what it is about, as one row; a newer job of the
 * same id replaces an older one. `source` names who can tell, when it is due, whom it concerns.
 */
export interface PushJob {
  id: string;
  source: "message" | "notification";
  /** What the source needs to load it again. JSON. */
  reference: unknown;
  dueAt: number;
  createdAt: number;
  attempt: number;
}

/** Tells, when a job is due, who still has not seen it and what to show each of them. */
export interface PushSource {
  /** An empty list drops the job. Called in pages until `next` is null. */
  recipients(
    job: PushJob,
    cursor: string | null,
  ): Promise<{
    recipients: { userId: string; content: PushContent }[];
    /** Those left out, and why: kept as outcomes. */
    suppressed: { userId: string; reason: string }[];
    next: string | null;
  }>;
}

/** Devices and delivery. */
export interface PushService {
  readonly publicKey: string;
  /** P15, P19. `invalid` says which rule the endpoint breaks. */
  subscribe(userId: string, body: PushSubscriptionBody, caller: Caller): Promise<string>;
  unsubscribe(userId: string, endpoint: string): Promise<void>;
  listDevices(userId: string): Promise<Device[]>;
  removeDevice(userId: string, deviceId: string): Promise<void>;
  /** Pushes to each own device now. */
  test(userId: string): Promise<{ deviceId: string; name: string; outcome: PushOutcome }[]>;
  /** The row to put into an atomic for `job` (the grace is already in `dueAt`). */
  jobRow(job: Omit<PushJob, "attempt">): { key: Deno.KvKey; value: unknown };
  /** Due time of a job that is made now. */
  dueAt(): number;
  registerSource(name: PushJob["source"], source: PushSource): void;
  start(): void;
  close(): Promise<void>;
}
