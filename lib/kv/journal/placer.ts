/**
 * Puts the rows of a backlog in their places, some at a time, and then lets go of the log rows that
 * told of them. What it has not done when the process ends is done after the next start: the log has
 * it. Writing a row twice changes nothing, so it may stop anywhere.
 */
import { errorFields, type Logger } from "../../shared/logger.ts";
import type { Clock, Timer } from "../../shared/clock.ts";
import { keys } from "../keys.ts";
import type { Backlog, LateRow } from "./backlog.ts";
import type { Head } from "./log_row.ts";

/** Rows wait this long, so that what is written again and again is placed once. */
const PACE_MS = 500;
const RETRY_MS = 1000;
/**
 * Rows of one write: few while little is waiting, so that a commit that comes meanwhile hardly waits,
 * and more under load, where the rows of one page are then written together.
 */
const ROWS_MIN = 100;
const ROWS_MAX = 600;
const WRITES_OF_A_ROUND = 10;
const BYTES_AT_A_TIME = 256 * 1024;
/** Log rows that go with one write. */
const LOG_ROWS_AT_A_TIME = 50;

/** What a placer needs. */
export interface PlacerOptions {
  kv: Deno.Kv;
  backlog: Backlog;
  clock: Clock;
  log: Logger;
  /** The first log row that is still to be delivered: it is not let go of. */
  undelivered(): number;
}

/** See the header of this module. */
export class Placer {
  readonly #options: PlacerOptions;
  /** The mark in the store: all rows up to log row `n` are in their places. */
  #mark = { n: 0, versionstamp: null as string | null };
  /** Log rows up to this one are gone. */
  #gone = 0;
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: PlacerOptions) {
    this.#options = options;
  }

  /**
   * Reads where the last process stopped, and takes what it left in the log into the backlog. Without
   * a mark nothing was left: it is made, but `if left`; then the answer is false. Throws when the
   * store does.
   */
  async start(makesMark: "always" | "if left" = "always"): Promise<boolean> {
    const { kv, backlog, log } = this.#options;
    const { shard } = backlog;
    const [head, mark] = await kv.getMany<[Head, Head]>([keys.head(shard), keys.placed(shard)]);
    if (!mark.value && makesMark === "if left") return false;
    const n = head.value?.n ?? 0;
    this.#mark = { n: mark.value?.n ?? n, versionstamp: mark.versionstamp };
    backlog.startFrom(this.#mark.n);
    const missing = await backlog.catchUp(kv, n);
    if (missing > 0) log.error("Log rows are missing that were not in their places", { missing });
    if (backlog.size > 0) log.info("Rows of the log are put in their places", { of: backlog.size });
    this.#gone = this.#mark.n;
    // Without an old mark the log is of a time when it ended by itself.
    if (!mark.value) await this.#write([], this.#mark.n);
    else {
      const end = keys.log(shard, this.#mark.n + 1);
      const first = kv.list({ start: keys.log(shard, 0), end }, { limit: 1 });
      for await (const { key } of first) this.#gone = Number(key[2]) - 1;
    }
    this.wake();
    return true;
  }

  /** There is something to place. */
  wake(pace = PACE_MS): void {
    if (this.#timer || this.#running || this.#closed) return;
    this.#timer = this.#options.clock.after(pace, () => {
      this.#timer = null;
      void this.#run();
    });
  }

  /** Resolves when what is in the backlog now is in its place. Throws when the store does. */
  async flush(): Promise<void> {
    await this.#running?.catch(() => {});
    await this.#placeAll();
  }

  /** Resolves when the backlog is no longer full, or could not be emptied. */
  async relieve(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    await (this.#running ?? this.#run());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Nothing is left to place, and no other process needs the log: the mark is taken away. */
  async end(): Promise<void> {
    await this.flush();
    const { kv, backlog } = this.#options;
    const { versionstamp } = this.#mark;
    const key = keys.placed(backlog.shard);
    await kv.atomic().check({ key, versionstamp }).delete(key).commit();
  }

  #run(): Promise<void> {
    let pace = PACE_MS;
    return this.#running ??= this.#placeAll().catch((error) => {
      this.#options.log.warn("Rows could not be put in their places", errorFields(error));
      pace = RETRY_MS;
    }).finally(() => {
      this.#running = null;
      if (this.#options.backlog.size > 0) this.wake(pace);
    });
  }

  async #placeAll(): Promise<void> {
    const { backlog } = this.#options;
    const until = backlog.applied;
    const share = Math.ceil(backlog.size / WRITES_OF_A_ROUND);
    const rowsAtATime = Math.min(ROWS_MAX, Math.max(ROWS_MIN, share));
    for (;;) {
      const { rows, reached } = this.#oldest(rowsAtATime);
      const isIdle = rows.length === 0 && this.#mark.n >= reached && this.#gone >= this.#mayGo();
      if (isIdle) return;
      await this.#write(rows, Math.max(reached, this.#mark.n));
      backlog.placed(rows);
      if (this.#mark.n >= until && this.#gone >= this.#mayGo()) return;
    }
  }

  /**
   * The oldest rows, each with those that lie beside it in the store: they are on the same pages, and
   * pages are what a write costs by. `reached`: all rows up to this one of the log are among them.
   */
  #oldest(most: number): { rows: LateRow[]; reached: number } {
    const { backlog } = this.#options;
    const rows = new Set<LateRow>();
    let bytes = 0;
    const isFull = () => rows.size >= most || bytes > BYTES_AT_A_TIME;
    const take = (row: LateRow) => {
      if (rows.has(row)) return;
      rows.add(row);
      bytes += row.bytes;
    };
    for (const row of backlog.oldest()) {
      if (rows.has(row)) continue;
      if (isFull()) return { rows: [...rows], reached: row.n - 1 };
      take(row);
      for (const other of backlog.besides(row)) {
        if (isFull()) break;
        take(other);
      }
    }
    return { rows: [...rows], reached: backlog.applied };
  }

  /** The last log row that nobody needs. */
  #mayGo(): number {
    return Math.min(this.#mark.n, this.#options.undelivered() - 1);
  }

  async #write(rows: readonly LateRow[], n: number): Promise<void> {
    const { kv, backlog: { shard } } = this.#options;
    const key = keys.placed(shard);
    const atomic = kv.atomic().check({ key, versionstamp: this.#mark.versionstamp });
    for (const row of rows) {
      if (row.value === undefined) atomic.delete(row.key);
      else atomic.set(row.key, row.value);
    }
    atomic.set(key, { n } satisfies Head);
    // By the mark before this write: a log row goes when the store says that it is not needed.
    const last = Math.min(this.#mayGo(), this.#gone + LOG_ROWS_AT_A_TIME);
    for (let row = this.#gone + 1; row <= last; row++) atomic.delete(keys.log(shard, row));
    const result = await atomic.commit();
    if (result.ok) {
      this.#mark = { n, versionstamp: result.versionstamp };
      this.#gone = Math.max(this.#gone, last);
      return;
    }
    // It may be an own write that went through although it was reported otherwise.
    const mark = await kv.get<Head>(key);
    this.#mark = { n: mark.value?.n ?? this.#mark.n, versionstamp: mark.versionstamp };
    throw new Error("The mark of what is in its place has moved");
  }
}
