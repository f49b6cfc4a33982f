/**
 * The group commit of one log. What gathers while a commit is under way goes into the next one;
 * there is no timer on the way of a write.
 */
import { type Clock, delay } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys } from "../keys.ts";
import type { Backlog } from "./backlog.ts";
import { type AddedRows, Batch, type Outcome } from "./batch.ts";
import { CommitQueue, type Waiting } from "./commit_queue.ts";
import type { KnownPrefixes } from "./known_prefixes.ts";
import type { Head, LogRow } from "./log_row.ts";
import type { Placer } from "./placer.ts";
import { RowCache } from "./row_cache.ts";
import { RowLoader } from "./row_loader.ts";
import type { JournalObserver, JournalOperation } from "./types.ts";

const MAX_TRIES = 12;
const FIRST_BACKOFF_MS = 4;
const MAX_BACKOFF_MS = 1000;
/** How long to wait for a backlog that could not be emptied. */
const FULL_WAIT_MS = 100;

/** What lets rows follow the log, where one process has the store to itself. */
export interface Late {
  backlog: Backlog;
  known: KnownPrefixes;
  placer: Placer;
}

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
  /** Null: every row is in its place with the commit. */
  late: Late | null;
  /** Nothing is committed before it resolves. */
  ready: Promise<void>;
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
  readonly #loader: RowLoader;
  readonly #queue: CommitQueue;
  #running: Promise<void> | null = null;
  #commits = 0;

  constructor(options: CommitterOptions) {
    const { kv, maxChecks, late } = options;
    this.#options = options;
    this.#queue = new CommitQueue(options);
    this.#loader = new RowLoader({ kv, cache: this.#cache, maxChecks, late });
  }

  /** Operations that are not committed yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** See `Journal.commit`. */
  commit<T>(op: JournalOperation<T>): Promise<T> {
    const answer = this.#queue.push(op);
    this.#running ??= this.#run();
    return answer;
  }

  /** Resolves when nothing is waiting. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Gives up whatever is left. */
  abandon(): void {
    this.#queue.abandon();
  }

  /** Somebody else has moved the head to `n`: what is known of the rows is out of date. */
  foreignHead(n: number): void {
    const { head } = this.#cache;
    if (!this.#queue.isInFlight && head && head.n < n) this.#cache.drop();
  }

  async #run(): Promise<void> {
    const { ready, late } = this.#options;
    // Whatever else is sent in this turn comes along.
    await ready;
    try {
      while (!this.#queue.isEmpty) {
        while (late?.backlog.isFull && !this.#queue.isEmpty) {
          await late.placer.relieve();
          // What can't be placed must not grow; whoever waits is answered by the queue.
          if (late.backlog.isFull) await delay(this.#options.clock, FULL_WAIT_MS);
        }
        await this.#settle(this.#queue.take());
        this.#queue.landed();
      }
    } finally {
      this.#running = null;
      this.#queue.rest();
    }
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
      this.#queue.giveUp(batch, lastError);
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
    const { kv, listener, shard, late } = this.#options;
    if (again) this.#cache.drop();
    // The head comes first: rows that are read later are then newer than the head or as old, and a
    // check of the head shows whether they are newer.
    const head = this.#cache.head ?? this.#cache.setHead(await kv.get<Head>(keys.head(shard)));
    // An attempt that went through although it was reported otherwise is in the log alone.
    await late?.backlog.catchUp(kv, head.n);
    for (const attempt of attempts) {
      const first = attempt.added?.first ?? Infinity;
      if (head.n < first) continue;
      const row = await kv.get<LogRow>(keys.log(shard, first));
      if (row.value?.by === attempt.by) return attempt;
    }
    listener.pending(shard, head.n);
    await this.#loader.load(batch, again);
    return null;
  }

  /** One try; null when somebody else was faster. Throws when the store does. */
  async #attempt(batch: Waiting[], attempts: Attempt[]): Promise<Attempt | null> {
    const { kv, journalId, maxChecks, shard, late } = this.#options;
    const backlog = late?.backlog ?? null;
    const built = new Batch(shard, { cache: this.#cache, maxChecks, backlog });
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
    else if (!built.restsOnStore) return attempt;
    const origins = attempt.outcomes.map(({ waiting }) => waiting.origin);
    const ended = this.#options.observer?.committing({ shard, origins });
    const result = await atomic.commit().catch((error) => {
      ended?.("failed");
      throw error;
    });
    ended?.(result.ok ? "done" : "lost");
    if (!result.ok) return null;
    built.settle(result.versionstamp, added);
    late?.placer.wake();
    return attempt;
  }

  #finish(attempt: Attempt, batch: readonly Waiting[]): void {
    const { outcomes, added } = attempt;
    if (outcomes.length < batch.length) {
      const decided = new Set(outcomes.map(({ waiting }) => waiting));
      this.#queue.putBack(batch.filter((waiting) => !decided.has(waiting)));
    }
    this.#options.listener.decided(this.#options.shard, added);
    for (const { waiting, outcome } of outcomes) {
      if (waiting.done) continue;
      waiting.done = true;
      if (outcome.ok) waiting.resolve(outcome.value);
      else waiting.reject(outcome.error);
    }
  }
}
