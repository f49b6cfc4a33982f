/**
 * The group commit of one log. What gathers while a commit is under way goes into the next one;
 * there is no timer on the way of a write.
 */
import { AppError } from "../../shared/errors.ts";
import { type Clock, delay, type Timer } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys } from "../keys.ts";
import { getRows } from "../transact.ts";
import { type AddedRows, Batch, type Outcome } from "./batch.ts";
import type { Head, LogRow } from "./log_row.ts";
import { RowCache } from "./row_cache.ts";
import type { JournalObserver, JournalOperation } from "./types.ts";
import { prepare, type PreparedOperation } from "./view.ts";

/** Writes that may wait for one log. */
export const QUEUE_MAX = 10_000;
/** After this a write is given up. */
const GIVE_UP_MS = 10_000;
const SWEEP_MS = 1000;
const MAX_TRIES = 12;
const FIRST_BACKOFF_MS = 4;
const MAX_BACKOFF_MS = 1000;
const MAX_OPERATIONS = 500;
/** Rows that one batch reads, so that reading stays quick and fits the caches. */
const MAX_READS = 2000;
/** Fewer checks than this are no reason to make batches smaller: rows are read instead. */
const WORTHWHILE_CHECKS = 50;

/** What a committer tells the part that delivers. */
export interface CommitListener {
  /** A batch starts from row `n` of the log; what follows is undecided until `decided`. */
  pending(shard: number, n: number): void;
  /** The batch is over; `added` are the log rows that it made, null for none. */
  decided(shard: number, added: AddedRows | null): void;
}

/** What a committer needs. */
export interface CommitterOptions {
  kv: Deno.Kv;
  shard: number;
  maxChecks: number;
  /** Prefix of the commits' names. */
  journalId: string;
  clock: Clock;
  random: () => number;
  log: Logger;
  listener: CommitListener;
  observer?: JournalObserver;
  /** Nothing is committed before it resolves. */
  ready: Promise<void>;
}

interface Waiting extends PreparedOperation {
  since: number;
  /** See {@link JournalObserver}. */
  origin: unknown;
  done: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Attempt {
  by: string;
  added: AddedRows | null;
  outcomes: { waiting: Waiting; outcome: Outcome }[];
}

/** The store refuses a value of the batch before anything is sent. */
class Unstorable extends Error {}

/** See the header of this module. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #cache = new RowCache();
  #queue: Waiting[] = [];
  #inFlight: Waiting[] = [];
  #running: Promise<void> | null = null;
  #sweep: Timer | null = null;
  #commits = 0;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Operations that are not committed yet. */
  get waiting(): number {
    return this.#queue.length + this.#inFlight.length;
  }

  /** See `Journal.commit`. */
  commit<T>(op: JournalOperation<T>): Promise<T> {
    const { clock, observer } = this.#options;
    if (this.#queue.length >= QUEUE_MAX) {
      observer?.refused(1);
      return Promise.reject(
        new AppError("rate_limited", "Cannot save: too much is waiting to be saved", {
          retryAfter: 1,
        }),
      );
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        ...prepare(op),
        since: clock.now(),
        origin: observer?.origin(),
        done: false,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#sweep ??= clock.after(SWEEP_MS, () => this.#giveUpOld());
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Gives up whatever is left. */
  abandon(): void {
    this.#giveUp([...this.#inFlight, ...this.#queue]);
    this.#queue = [];
    this.#sweep?.cancel();
    this.#sweep = null;
  }

  /** Somebody else has moved the head to `n`: what is known of the rows is out of date. */
  foreignHead(n: number): void {
    const { head } = this.#cache;
    if (this.#inFlight.length === 0 && head && head.n < n) this.#cache.drop();
  }

  async #run(): Promise<void> {
    // Whatever else is sent in this turn comes along.
    await this.#options.ready;
    try {
      while (this.#queue.length > 0) {
        this.#inFlight = this.#take();
        await this.#settle(this.#inFlight);
        this.#inFlight = [];
      }
    } finally {
      this.#running = null;
      this.#sweep?.cancel();
      this.#sweep = null;
    }
  }

  #take(): Waiting[] {
    let count = 0;
    let reads = 0;
    while (count < this.#queue.length && count < MAX_OPERATIONS && reads < MAX_READS) {
      const waiting = this.#queue[count++]!;
      reads += waiting.readTexts.length + waiting.absentTexts.length;
    }
    return this.#queue.splice(0, count).filter((waiting) => !waiting.done);
  }

  /** Commits `batch`, or gives it up; what does not fit goes back to the queue. Never throws. */
  async #settle(batch: Waiting[]): Promise<void> {
    const { clock, random, log, listener, shard } = this.#options;
    const attempts: Attempt[] = [];
    let lastError: unknown;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (tries > 0) {
        const most = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** tries);
        const wait = random() * most;
        if (wait >= 1) await delay(clock, wait);
      }
      batch = batch.filter((waiting) => !waiting.done);
      if (batch.length === 0 && attempts.length === 0) break;
      try {
        const landed = await this.#load(batch, attempts, tries > 0);
        if (landed) return this.#finish(landed, batch);
        const result = await this.#attempt(batch, attempts);
        if (result) return this.#finish(result, batch);
      } catch (error) {
        if (error instanceof Unstorable) return await this.#isolate(batch, error);
        lastError = error;
        this.#cache.drop();
        log.warn("A commit failed and is tried again", { tries, ...errorFields(error) });
      }
    }
    if (batch.length > 0) {
      log.error("A commit was given up", { operations: batch.length, ...errorFields(lastError) });
      this.#giveUp(batch, lastError);
    }
    listener.decided(shard, null);
  }

  /** One operation of the batch can't be stored at all: the others must not suffer for it. */
  async #isolate(batch: Waiting[], error: Unstorable): Promise<void> {
    this.#options.listener.decided(this.#options.shard, null);
    if (batch.length > 1) {
      for (const waiting of batch) await this.#settle([waiting]);
      return;
    }
    for (const waiting of batch) {
      waiting.done = true;
      waiting.reject(error.cause);
    }
  }

  /**
   * Reads what the batch needs and is not known. After a failed try everything is read again, and
   * first of all whether one of the attempts has gone through although it was reported otherwise:
   * it is returned then.
   */
  async #load(
    batch: readonly Waiting[],
    attempts: readonly Attempt[],
    again: boolean,
  ): Promise<Attempt | null> {
    const { kv, listener, shard } = this.#options;
    if (again) this.#cache.drop();
    // The head comes first: rows that are read later are then newer than the head or as old, and a
    // check of the head shows whether they are newer.
    const head = this.#cache.head ?? this.#cache.setHead(await kv.get<Head>(keys.head(shard)));
    for (const attempt of attempts) {
      const first = attempt.added?.first ?? Infinity;
      if (head.n < first) continue;
      const row = await kv.get<LogRow>(keys.log(shard, first));
      if (row.value?.by === attempt.by) return attempt;
    }
    listener.pending(shard, head.n);
    await this.#loadRows(batch, again);
    return null;
  }

  async #loadRows(batch: readonly Waiting[], again: boolean): Promise<void> {
    const wanted = new Map<string, Deno.KvKey>();
    const want = (texts: readonly string[], list: readonly Deno.KvKey[]) =>
      texts.forEach((text, i) => {
        if (!this.#cache.has(text)) wanted.set(text, list[i]!);
      });
    for (const { op, readTexts } of batch) want(readTexts, op.reads);
    if (again || this.#options.maxChecks < WORTHWHILE_CHECKS) {
      for (const { op, absentTexts } of batch) if (op.absent) want(absentTexts, op.absent);
    }
    if (wanted.size === 0) return;
    const entries = await getRows(this.#options.kv, [...wanted.values()]);
    let i = 0;
    for (const text of wanted.keys()) this.#cache.set(text, entries[i++]!.value);
  }

  /** One try; null when somebody else was faster. Throws when the store does. */
  async #attempt(batch: Waiting[], attempts: Attempt[]): Promise<Attempt | null> {
    const { kv, journalId, maxChecks, shard } = this.#options;
    const built = new Batch(shard, this.#cache, maxChecks);
    const attempt: Attempt = { by: `${journalId}.${++this.#commits}`, added: null, outcomes: [] };
    for (const waiting of batch) {
      const outcome = built.add(waiting);
      if (!outcome) break;
      attempt.outcomes.push({ waiting, outcome });
    }
    let sealed: ReturnType<Batch["seal"]>;
    try {
      sealed = built.seal(kv, attempt.by);
    } catch (cause) {
      throw new Unstorable("A value can't be stored", { cause });
    }
    const { atomic, added } = sealed;
    attempt.added = added;
    // From here on it may have gone through, whatever is reported. An attempt without rows writes
    // nothing: its commit only verifies that the answers rest on rows that still stand.
    if (added) attempts.push(attempt);
    const origins = attempt.outcomes.map(({ waiting }) => waiting.origin);
    const ended = this.#options.observer?.committing({ shard, origins });
    const result = await atomic.commit().catch((error) => {
      ended?.("failed");
      throw error;
    });
    ended?.(result.ok ? "done" : "lost");
    if (!result.ok) return null;
    built.settle(result.versionstamp, added);
    return attempt;
  }

  #finish(attempt: Attempt, batch: readonly Waiting[]): void {
    const { outcomes, added } = attempt;
    if (outcomes.length < batch.length) {
      const decided = new Set(outcomes.map(({ waiting }) => waiting));
      this.#queue.unshift(...batch.filter((waiting) => !decided.has(waiting)));
    }
    this.#options.listener.decided(this.#options.shard, added);
    for (const { waiting, outcome } of outcomes) {
      if (waiting.done) continue;
      waiting.done = true;
      if (outcome.ok) waiting.resolve(outcome.value);
      else waiting.reject(outcome.error);
    }
  }

  #giveUpOld(): void {
    const before = this.#options.clock.now() - GIVE_UP_MS;
    const all = [...this.#inFlight, ...this.#queue];
    this.#giveUp(all.filter((waiting) => waiting.since <= before));
    this.#queue = this.#queue.filter((waiting) => !waiting.done);
    this.#sweep = this.#options.clock.after(SWEEP_MS, () => this.#giveUpOld());
  }

  #giveUp(all: readonly Waiting[], cause?: unknown): void {
    for (const waiting of all) {
      if (waiting.done) continue;
      waiting.done = true;
      this.#options.observer?.refused(1);
      waiting.reject(
        new AppError("unavailable", "Cannot save: the store does not answer in time", {
          retryAfter: 2,
          cause,
        }),
      );
    }
  }
}
