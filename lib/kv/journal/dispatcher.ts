/**
 * Hands out the events of every shard, each exactly once and in the order of the log. Own commits
 * come out of memory; what others wrote, and what is missing before an own commit, is listed from
 * the log, which alone is the truth (R11).
 */
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys, SHARDS } from "../keys.ts";
import { getRows } from "../transact.ts";
import type { AddedRows } from "./batch.ts";
import type { CommitListener } from "./committer.ts";
import { decodeRow, type Emitted, type Head, type LogRow } from "./log_row.ts";
import type { JournalEvent } from "./types.ts";

/** Log rows that are read at a time. */
const PAGE_ROWS = 200;

/** What a dispatcher needs. */
export interface DispatcherOptions {
  kv: Deno.Kv;
  journalId: string;
  log: Logger;
  deliver(events: readonly JournalEvent[]): void;
  gap(shard: number): void;
  /** Somebody else has moved a head. */
  foreign(shard: number, n: number): void;
}

interface ShardState {
  /** The log row to deliver next. */
  next: number;
  /** The highest row that is known to exist. */
  seen: number;
  /** Set while an own commit is undecided: rows after this one may be its own. */
  undecidedAfter: number | null;
  /** Own rows that wait until those before them are delivered. */
  own: Map<number, Emitted[]>;
  /** The list that is under way. */
  catchingUp: Promise<void> | null;
}

/** See the header of this module. */
export class Dispatcher implements CommitListener {
  readonly #options: DispatcherOptions;
  #shards: ShardState[] = [];
  /** Who waits until a row has been delivered. */
  #waiting = new Set<{ shard: number; n: number; resolve(): void }>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Reads where the logs are: events after that are delivered. Throws when the store does. */
  async start(): Promise<void> {
    const heads = await getRows<Head>(
      this.#options.kv,
      Array.from({ length: SHARDS }, (_, shard) => keys.head(shard)),
    );
    this.#shards = heads.map(({ value }) => ({
      next: (value?.n ?? 0) + 1,
      seen: value?.n ?? 0,
      undecidedAfter: null,
      own: new Map(),
      catchingUp: null,
    }));
  }

  close(): void {
    this.#closed = true;
  }

  /** Resolves once row `n` of `shard` has been delivered. */
  delivered(shard: number, n: number): Promise<void> {
    this.ring(shard, n);
    if (this.next(shard) > n) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.add({ shard, n, resolve }));
  }

  /** The log row of `shard` that is delivered next. */
  next(shard: number): number {
    return this.#shards[shard]?.next ?? 0;
  }

  pending(shard: number, n: number): void {
    this.#state(shard).undecidedAfter = n;
    this.ring(shard, n);
  }

  decided(shard: number, added: AddedRows | null): void {
    const state = this.#state(shard);
    state.undecidedAfter = null;
    if (added) {
      const events: JournalEvent[] = [];
      added.rows.forEach((row, i) => {
        const n = added.first + i;
        if (state.next === n && !state.catchingUp) this.#take(shard, row, events);
        else state.own.set(n, row);
      });
      state.seen = Math.max(state.seen, added.first + added.rows.length - 1);
      this.#deliver(events);
    }
    if (state.seen >= state.next) this.#catchUp(shard);
  }

  /**
   * The head of `shard` is at `n`, or beyond. Cheap when that is no news; true when rows are now
   * listed that nobody had told of.
   */
  ring(shard: number, n: number): boolean {
    const state = this.#shards[shard];
    if (!state || n < state.next) return false;
    const isNews = n > state.seen;
    state.seen = Math.max(state.seen, n);
    if (state.undecidedAfter === null) this.#options.foreign(shard, n);
    if (state.next > this.#limit(state)) return false;
    this.#catchUp(shard);
    return isNews;
  }

  #state(shard: number): ShardState {
    const state = this.#shards[shard];
    if (!state) throw new Error(`No such shard: ${shard}`);
    return state;
  }

  /** The last row that may be read from the log. */
  #limit(state: ShardState): number {
    return Math.min(state.seen, state.undecidedAfter ?? Infinity);
  }

  #take(shard: number, row: readonly Emitted[], events: JournalEvent[]): void {
    const state = this.#state(shard);
    const n = state.next++;
    for (const { payload, local } of row) events.push({ shard, n, payload, own: true, local });
  }

  #catchUp(shard: number): void {
    const state = this.#state(shard);
    state.catchingUp ??= this.#list(shard, state)
      .catch((error) => {
        // The poll rings again.
        this.#options.log.warn("Events could not be read", { shard, ...errorFields(error) });
      })
      .finally(() => {
        state.catchingUp = null;
        if (!this.#closed && state.own.has(state.next)) this.#catchUp(shard);
      });
  }

  async #list(shard: number, state: ShardState): Promise<void> {
    while (!this.#closed && state.next <= this.#limit(state)) {
      const own = state.own.get(state.next);
      if (own) {
        const events: JournalEvent[] = [];
        state.own.delete(state.next);
        this.#take(shard, own, events);
        this.#deliver(events);
        continue;
      }
      // Up to the next own row, which is known already.
      let end = this.#limit(state);
      for (const n of state.own.keys()) if (n <= end) end = n - 1;
      await this.#listPage(shard, state, end);
    }
  }

  /** Delivers the rows from `next` to `end`, or a page of them. */
  async #listPage(shard: number, state: ShardState, end: number): Promise<void> {
    const list = this.#options.kv.list<LogRow>({
      start: keys.log(shard, state.next),
      end: keys.log(shard, end + 1),
    }, { limit: PAGE_ROWS, batchSize: PAGE_ROWS });
    // All of the page or nothing: a read that breaks off must not lose what it had read.
    const rows: Deno.KvEntry<LogRow>[] = [];
    for await (const row of list) rows.push(row);
    let lost = false;
    const events: JournalEvent[] = [];
    for (const { key, value } of rows) {
      const n = Number(key[2]);
      lost ||= n !== state.next;
      state.next = n + 1;
      const own = value.by.startsWith(`${this.#options.journalId}.`);
      for (const payload of decodeRow(value)) events.push({ shard, n, payload, own });
    }
    if (rows.length < PAGE_ROWS && state.next <= end) {
      lost = true;
      state.next = end + 1;
    }
    if (lost) this.#lost(shard);
    this.#deliver(events);
  }

  #lost(shard: number): void {
    this.#options.log.error("Events were lost: they had expired before they were read", { shard });
    try {
      this.#options.gap(shard);
    } catch (error) {
      this.#options.log.error("A gap listener failed", errorFields(error));
    }
  }

  #deliver(events: readonly JournalEvent[]): void {
    try {
      if (events.length > 0) this.#options.deliver(events);
    } catch (error) {
      this.#options.log.error("An event listener failed", errorFields(error));
    }
    for (const waiting of this.#waiting) {
      if (this.next(waiting.shard) <= waiting.n) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
