/** What the push domain offers to the others. */
import type {
  Device,
  PushOutcome,
  PushSubscriptionBody,
  Urgency,
} from "../shared/notification_schema.ts";
import type { TracedPush } from "../shared/trace_schema.ts";
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
  /** New things of the source, for the app badge; see {@link PushSource.unread}. */
  badge: number;
  /** A path of this site that a PUT marks it read by: what "dismiss" calls (P23). */
  dismiss?: string;
  /** What the {@link PushGate} is asked; missing: nobody is asked. */
  subject?: PushSubject;
}

/** What a push is about, as far as preferences have a say. */
export interface PushSubject {
  /** Null: of none, as a digest is; nobody can switch it off. */
  category: string | null;
  /** Passes quiet hours. */
  isUrgent: boolean;
}

/** What preferences say to one push to one person. `until` (ms): the end of their quiet time. */
export type GateDecision =
  /** `hideContent`: the push says that there is something, not what. */
  | { kind: "send"; hideContent?: boolean }
  | { kind: "suppress"; reason: string }
  | { kind: "defer"; until: number };

/** Asked right before a push is sent, `at` (ms) that moment. */
export type PushGate = (userId: string, subject: PushSubject, at: number) => Promise<GateDecision>;

/** Who can tell what a push is about. A digest is what quiet hours have held back. */
export type PushSourceName = "message" | "notification" | "digest";

/**
 * A push to be made: stored in the same atomic as what it is about, as one row; a newer job of the
 * same id replaces an older one. `source` names who can tell, when it is due, whom it concerns.
 */
export interface PushJob {
  id: string;
  source: PushSourceName;
  /** What the source needs to load it again. JSON. */
  reference: unknown;
  dueAt: number;
  createdAt: number;
  attempt: number;
  /** Under which name outcomes are kept for a month; missing: they are not. */
  trace?: string;
}

/** One page of those whom a job concerns. */
export interface PushRecipients {
  recipients: { userId: string; content: PushContent }[];
  /** Those left out, and why: kept as outcomes. */
  suppressed: { userId: string; reason: string }[];
  next: string | null;
}

/** Tells, when a job is due, who still has not seen it and what to show each of them. */
export interface PushSource {
  /**
   * An empty list drops the job. Called in pages (a hundred people or so) until `next` is null. With
   * `only` it is about that person alone (a device's retry): the others may be left out.
   */
  recipients(job: PushJob, cursor: string | null, only?: string): Promise<PushRecipients>;
  /** Which of these tags, shown on a device of theirs before, were read since: closed there (P25). */
  readTags?(userId: string, tags: readonly string[]): Promise<string[]>;
  /**
   * New things of this source, unread messages and unseen notifications: the app badge is the sum
   * over all sources, the same number as in the page's title.
   */
  unread?(userId: string): Promise<number>;
}

/** Hears what becomes of pushes. Must not throw. */
export interface PushObserver {
  /** Carries out a job, which may be timed and traced. */
  job(source: PushJob["source"], work: () => Promise<void>): Promise<void>;
  /** A push to one device ended so. */
  outcome(result: PushOutcome["result"]): void;
  /** A job, or what was left of it for one device, was given up. */
  buried(): void;
}

/** Jobs that are not done. */
export interface PushBacklog {
  /** All of them, those in their grace included; no more than 1,000 are counted. */
  waiting: number;
  /** How long the first of them has been due; 0 when none is. */
  lateMs: number;
}

/** Devices and delivery. */
export interface PushService {
  readonly publicKey: string;
  /** P15, P19. `invalid` says which rule the endpoint breaks. */
  subscribe(
    userId: string,
    body: PushSubscriptionBody,
    caller: Caller,
    /** The device goes when this session is ended. */
    sessionId?: string | null,
  ): Promise<string>;
  unsubscribe(userId: string, endpoint: string): Promise<void>;
  listDevices(userId: string): Promise<Device[]>;
  removeDevice(userId: string, deviceId: string): Promise<void>;
  /** Switches pushes to one device on or off. */
  setEnabled(userId: string, deviceId: string, enabled: boolean): Promise<Device>;
  /** A session was ended: its browser gets no more pushes. */
  endSession(userId: string, sessionId: string): Promise<void>;
  /** Replaces the key `from` (P18) and returns the one of now; see {@link VapidRing.rotate}. */
  rotateKey(from: string): Promise<string>;
  /** Pushes to each own device now. */
  test(userId: string): Promise<{ deviceId: string; name: string; outcome: PushOutcome }[]>;
  /** The row to put into an atomic for `job` (the grace is already in `dueAt`). */
  jobRow(job: Omit<PushJob, "attempt">): { key: Deno.KvKey; value: unknown };
  /** Due time of a job that is made now. */
  dueAt(): number;
  /** Ids of people who have a device, ascending: what a push to everybody pages through. */
  listOwners(page: { limit: number; after?: string }): Promise<string[]>;
  registerSource(name: PushSourceName, source: PushSource): void;
  /** Until one is set, every push is sent. */
  setGate(gate: PushGate): void;
  /** What became of the pushes of `trace`, by person; `userIds` ascending. */
  outcomesOf(trace: string, userIds: readonly string[]): Promise<Map<string, TracedPush[]>>;
  /** Read from the store; no more than `limit` jobs are counted. */
  backlog(limit?: number): Promise<PushBacklog>;
  start(): void;
  close(): Promise<void>;
}
