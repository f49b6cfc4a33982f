/**
 * Tells when a head has moved: a watch on the heads, and a poll that repairs what the watch
 * lost (R11). Ten is the limit of watched keys, hence ten shards.
 */
import type { Clock, Timer } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys, SHARDS } from "../keys.ts";
import { getRows } from "../transact.ts";
import type { Head } from "./log_row.ts";
import type { JournalObserver } from "./types.ts";

const POLL_MS = 1000;
const POLL_JITTER_MS = 1000;
const REOPEN_MS = 500;

/** What a doorbell needs. */
export interface DoorbellOptions {
  kv: Deno.Kv;
  clock: Clock;
  random: () => number;
  log: Logger;
  /** The shards that are in use. */
  shards: readonly number[];
  observer?: JournalObserver;
  /** The head of `shard` is at `n`, or beyond: said often. True when that is news. */
  ring(shard: number, n: number): boolean;
}

/** See the header of this module. */
export class Doorbell {
  readonly #options: DoorbellOptions;
  #reader: ReadableStreamDefaultReader<Deno.KvEntryMaybe<Head>[]> | null = null;
  #timers = new Set<Timer>();
  #closed = false;
  /** The highest head that the watch has told, and the one that the poll before this one saw. */
  #watched = new Array<number>(SHARDS).fill(0);
  #polled = new Array<number>(SHARDS).fill(0);
  readonly #heads: Deno.KvKey[];

  constructor(options: DoorbellOptions) {
    this.#options = options;
    this.#heads = options.shards.map(keys.head);
  }

  start(): void {
    if (this.#closed) return;
    void this.#watch();
    this.#schedulePoll();
  }

  /** Resolves when the watch has let go of the store. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await this.#reader?.cancel().catch(() => {});
  }

  #after(ms: number, run: () => void): void {
    const timer = this.#options.clock.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  async #watch(): Promise<void> {
    try {
      const reader = this.#options.kv.watch<Head[]>(this.#heads).getReader();
      this.#reader = reader as ReadableStreamDefaultReader<Deno.KvEntryMaybe<Head>[]>;
      while (!this.#closed) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.#options.observer?.rang();
        value.forEach((entry, i) => {
          const n = entry.value?.n ?? 0;
          const shard = this.#options.shards[i]!;
          this.#watched[shard] = Math.max(this.#watched[shard]!, n);
          this.#options.ring(shard, n);
        });
      }
    } catch (error) {
      if (!this.#closed) this.#options.log.warn("The watch has ended", errorFields(error));
    }
    this.#reader = null;
    if (this.#closed) return;
    this.#options.observer?.reopened();
    this.#after(REOPEN_MS * (0.5 + this.#options.random()), () => void this.#watch());
  }

  #schedulePoll(): void {
    if (this.#closed) return;
    this.#after(POLL_MS + this.#options.random() * POLL_JITTER_MS, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    try {
      const entries = await getRows<Head>(this.#options.kv, this.#heads);
      if (this.#closed) return;
      // News that is a poll old and that the watch has not told: the watch has fallen silent.
      const silent = this.#polled.some((n, shard) => n > this.#watched[shard]!);
      entries.forEach((entry, i) => {
        const n = entry.value?.n ?? 0;
        const shard = this.#options.shards[i]!;
        this.#polled[shard] = n;
        if (this.#options.ring(shard, n)) this.#options.observer?.repaired();
      });
      if (silent) {
        this.#options.log.warn("The watch was silent and is opened anew");
        // Counted as told, so that the new watch gets its time.
        this.#watched = [...this.#polled];
        await this.#reader?.cancel().catch(() => {});
      }
    } catch (error) {
      if (!this.#closed) this.#options.log.warn("A poll failed", errorFields(error));
    }
    this.#schedulePoll();
  }
}
