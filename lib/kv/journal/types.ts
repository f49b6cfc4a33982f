/**
 * The journal: ordered, durable, group-committed writes, and the events that they make.
 * Each shard has a head `["h", shard] = { n }` and a log of events; every write to a row of the
 * shard moves its head, so checking the head fences all of them (design §5, R2, R3, R11).
 */

/** Something that happened, as stored in the log and told to every server. JSON values only. */
export type JournalPayload = { readonly type: string };

/** An event with its place. Events of one shard are delivered in the order of (n, index). */
export interface JournalEvent<P extends JournalPayload = JournalPayload> {
  readonly shard: number;
  /** The log row that holds it. */
  readonly n: number;
  readonly payload: P;
  /** True when this process committed it: `local` then is what the operation passed to `emit`. */
  readonly own: boolean;
  readonly local?: unknown;
}

/**
 * What an operation sees: the rows it named, with the writes of operations before it in the batch.
 * Rows are shared: a value that was got or set must never be changed in place.
 */
export interface JournalView {
  get<T>(key: Deno.KvKey): T | null;
  set(key: Deno.KvKey, value: unknown, options?: { expireIn?: number }): void;
  delete(key: Deno.KvKey): void;
  /**
   * Adds an event. `local` never leaves the process; `json` is the payload as JSON, for a caller
   * that has made it already.
   */
  emit(payload: JournalPayload, local?: unknown, json?: string): void;
}

/** One write. `apply` is pure and quick: it may run again, on fresh rows, after a lost race. */
export interface JournalOperation<T> {
  readonly shard: number;
  /** The rows that `apply` may get; all of them belong to the shard. */
  readonly reads: readonly Deno.KvKey[];
  /**
   * More rows that `apply` may get, and that are most likely not there (a dedupe row). Where the
   * store takes enough checks they are not read first: the commit itself verifies that they are
   * missing, and only when it fails are they read and `apply` runs again.
   */
  readonly absent?: readonly Deno.KvKey[];
  /** Decides and writes. What it throws is the caller's answer, and nothing of it is written. */
  apply(view: JournalView): T;
}

/** How a commit ended: it went through, somebody else was faster, or the store failed. */
export type CommitOutcome = "done" | "lost" | "failed";

/** Hears what a journal does: called once a commit or less, but for `origin`. Must not throw. */
export interface JournalObserver {
  /** Where an operation comes from, kept until it is committed; undefined where nobody asks. */
  origin(): unknown;
  /** A commit goes to the store; what is returned hears how it ended. */
  committing(
    commit: { shard: number; origins: readonly unknown[] },
  ): (outcome: CommitOutcome) => void;
  /** Events go to the listeners; what is returned is called when they have heard them. */
  dispatching(events: readonly JournalEvent[]): () => void;
  /** The queue is full, or operations have waited too long: these were refused. */
  refused(operations: number): void;
  /** The watch has told of heads. */
  rang(): void;
  /** A poll has found what the watch had not told (R11). */
  repaired(): void;
  /** The watch was silent, or has ended, and is opened anew. */
  reopened(): void;
  /** Events were lost for good. */
  lost(): void;
}

/**
 * Reads of the rows that operations write. Where one process has the store to itself, rows of
 * conversations follow the log a moment later; they are seen here as soon as they are durable.
 */
export interface JournalRows {
  /** In the order of `keys`; null where there is none. */
  getRows<T>(keys: readonly Deno.KvKey[]): Promise<(T | null)[]>;
  /**
   * The rows whose keys are `prefix` and one part more, which is given with them: of numbers, those
   * of `range` (ends included), otherwise all of them; ascending.
   */
  list<T>(
    prefix: Deno.KvKey,
    range?: { from: number; to: number },
  ): Promise<{ part: Deno.KvKeyPart; value: T }[]>;
}

/** The journal of one process. */
export interface Journal {
  readonly rows: JournalRows;
  /** Operations that are not committed yet. */
  readonly waiting: number;
  /**
   * Commits `operation` with whatever else has gathered; resolves once it is durable (R1).
   * Rejects with what `apply` threw; `rate_limited` when the queue is full; `unavailable` when the
   * store does not take it in time (nothing is then known of the write: retry with the same ids).
   */
  commit<T>(operation: JournalOperation<T>): Promise<T>;
  /**
   * Hears every event of every server exactly once, in order for each shard. Listeners are called
   * synchronously in the order they were added and must not throw.
   */
  listen(listener: (events: readonly JournalEvent[]) => void): () => void;
  /** Called when events were lost for good (their rows expired): every socket must resume. */
  onGap(listener: (shard: number) => void): () => void;
  /**
   * Resolves once every event that was durable at the call, on whichever server, has been heard here:
   * whoever was answered by another server then finds here what the answer said. At once where
   * nobody else writes; after two seconds at most.
   */
  caughtUp(): Promise<void>;
  /** Flushes what is queued, for `ms` at most, and stops watching. */
  close(ms?: number): Promise<void>;
}
