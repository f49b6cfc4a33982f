/**
 * Tells when rows have changed: a watch, and a poll that repairs what the watch lost (R11). A watch
 * may be late, merge changes, end, or fall silent without an end; a silent one is opened anew.
 */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { getRows } from "./transact.ts";

const POLL_MS = 1000;
const POLL_JITTER_MS = 1000;
const REOPEN_MS = 500;

/** What a watch needs. */
export interface RepairedWatchOptions<T> {
  kv: Deno.Kv;
  clock: Clock;
  random: () => number;
  log: Logger;
  /** At most ten: what one watch takes. */
  keys: readonly Deno.KvKey[];
  /** The rows as they are, in the order of the keys: said often, also when it is no news. */
  rows(entries: readonly Deno.KvEntryMaybe<T>[], by: "watch" | "poll"): void;
  /** The watch was silent, or has ended, and is opened anew. */
  reopened?(): void;
}

/** See the header of this module. */
export class RepairedWatch<T> {
  readonly #options: RepairedWatchOptions<T>;
  #reader: ReadableStreamDefaultReader<Deno.KvEntryMaybe<T>[]> | null = null;
  #timers = new Set<Timer>();
  #closed = false;
  /** The newest versions that the watch has told, and those that the poll before this one saw. */
  #watched: string[];
  #polled: string[];

  constructor(options: RepairedWatchOptions<T>) {
    this.#options = options;
    this.#watched = options.keys.map(() => "");
    this.#polled = options.keys.map(() => "");
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
    const { kv, keys, log, random, rows, reopened } = this.#options;
    try {
      const stream: ReadableStream<unknown> = kv.watch([...keys]);
      // The type that `watch` infers from a list of keys is a tuple of that many rows.
      this.#reader = stream.getReader() as ReadableStreamDefaultReader<Deno.KvEntryMaybe<T>[]>;
      while (!this.#closed) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        value.forEach(({ versionstamp }, i) => {
          if (versionstamp !== null && versionstamp > this.#watched[i]!) {
            this.#watched[i] = versionstamp;
          }
        });
        rows(value, "watch");
      }
    } catch (error) {
      if (!this.#closed) log.warn("The watch has ended", errorFields(error));
    }
    this.#reader = null;
    if (this.#closed) return;
    reopened?.();
    this.#after(REOPEN_MS * (0.5 + random()), () => void this.#watch());
  }

  #schedulePoll(): void {
    if (this.#closed) return;
    const wait = POLL_MS + this.#options.random() * POLL_JITTER_MS;
    this.#after(wait, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    const { kv, keys, log, rows } = this.#options;
    try {
      const entries = await getRows<T>(kv, keys);
      if (this.#closed) return;
      // News that is a poll old and that the watch has not told: the watch has fallen silent.
      const silent = this.#polled.some((version, i) => version > this.#watched[i]!);
      this.#polled = entries.map(({ versionstamp }) => versionstamp ?? "");
      rows(entries, "poll");
      if (silent) {
        log.warn("The watch was silent and is opened anew");
        // Counted as told, so that the new watch gets its time.
        this.#watched = [...this.#polled];
        // Not waited for: a watch that is stuck may be so in its end, too.
        this.#reader?.cancel().catch(() => {});
      }
    } catch (error) {
      if (!this.#closed) log.warn("A poll failed", errorFields(error));
    }
    this.#schedulePoll();
  }
}
