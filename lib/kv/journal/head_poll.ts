/**
 * Looks now and then where the head of the one log is, where no other process writes: a commit that
 * went through although the store reported otherwise is found by it (R11).
 */
import type { Clock, Timer } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys } from "../keys.ts";
import type { Head } from "./log_row.ts";

const POLL_MS = 1500;

/** What a poll needs. */
export interface HeadPollOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  /** The head is at `n`: said often, also when it is no news. */
  ring(n: number): void;
}

/** See the header of this module. */
export class HeadPoll {
  readonly #options: HeadPollOptions;
  #timer: Timer | null = null;
  #polling: Promise<void> | null = null;
  #closed = false;

  constructor(options: HeadPollOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(POLL_MS, () => {
      this.#polling = this.#poll();
    });
  }

  /** Resolves when it has let go of the store. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const { kv, log, ring } = this.#options;
    try {
      const { value } = await kv.get<Head>(keys.head(0));
      if (value && !this.#closed) ring(value.n);
    } catch (error) {
      if (!this.#closed) log.warn("A poll failed", errorFields(error));
    }
    this.start();
  }
}
