/** Tells when a head has moved. Ten is the limit of watched keys, hence ten shards. */
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { keys } from "../keys.ts";
import { RepairedWatch } from "../repaired_watch.ts";
import type { Head } from "./log_row.ts";
import type { JournalObserver } from "./types.ts";

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
  readonly #watch: RepairedWatch<Head>;

  constructor({ shards, ring, observer, ...options }: DoorbellOptions) {
    this.#watch = new RepairedWatch<Head>({
      ...options,
      keys: shards.map(keys.head),
      rows(entries, by) {
        if (by === "watch") observer?.rang();
        entries.forEach(({ value }, i) => {
          const isNews = ring(shards[i]!, value?.n ?? 0);
          if (isNews && by === "poll") observer?.repaired();
        });
      },
      reopened: () => observer?.reopened(),
    });
  }

  start(): void {
    this.#watch.start();
  }

  /** Resolves when the watch has let go of the store. */
  async close(): Promise<void> {
    await this.#watch.close();
  }
}
