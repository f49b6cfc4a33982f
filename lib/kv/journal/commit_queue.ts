/** Operations that wait for one log: bounded in number and in time (R10). */
import { AppError } from "../../shared/errors.ts";
import type { Clock, Timer } from "../../shared/clock.ts";
import type { JournalObserver, JournalOperation } from "./types.ts";
import { prepare, type PreparedOperation } from "./view.ts";

/** Writes that may wait for one log. */
export const QUEUE_MAX = 10_000;
/** After this a write is given up. */
const GIVE_UP_MS = 10_000;
const SWEEP_MS = 1000;
const MAX_OPERATIONS = 500;
/** Rows that one batch reads, so that reading stays quick and fits the caches. */
const MAX_READS = 2000;

/** An operation whose caller waits. */
export interface Waiting extends PreparedOperation {
  readonly since: number;
  /** See {@link JournalObserver}. */
  readonly origin: unknown;
  /** Answered. */
  done: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What a queue needs. */
export interface CommitQueueOptions {
  clock: Clock;
  observer?: JournalObserver;
}

/** See the header of this module. */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #waiting: Waiting[] = [];
  #inFlight: Waiting[] = [];
  #sweep: Timer | null = null;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** Operations that are not committed yet. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.length;
  }
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
  get isInFlight(): boolean {
    return this.#inFlight.length > 0;
  }

  /** The answer of `op`; `rate_limited` at once when too many wait. */
  push<T>(op: JournalOperation<T>): Promise<T> {
    const { clock, observer } = this.#options;
    if (this.#waiting.length >= QUEUE_MAX) {
      observer?.refused(1);
      return Promise.reject(
        new AppError("rate_limited", "Cannot save: too much is waiting to be saved", {
          retryAfter: 1,
        }),
      );
    }
    return new Promise<T>((resolve, reject) => {
      const { readTexts, absentTexts } = prepare(op);
      this.#waiting.push({
        op,
        readTexts,
        absentTexts,
        since: clock.now(),
        origin: observer?.origin(),
        done: false,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#sweep ??= clock.after(SWEEP_MS, () => this.#giveUpOld());
    });
  }

  /** What the next batch is made of; it is in flight until `landed`. */
  take(): Waiting[] {
    let count = 0;
    let reads = 0;
    while (count < this.#waiting.length && count < MAX_OPERATIONS && reads < MAX_READS) {
      const { readTexts, absentTexts } = this.#waiting[count++]!;
      reads += readTexts.length + absentTexts.length;
    }
    this.#inFlight = this.#waiting.splice(0, count).filter(({ done }) => !done);
    return this.#inFlight;
  }

  /** What was taken last has been answered, or put back. */
  landed(): void {
    this.#inFlight = [];
  }

  /** These did not fit the batch: they come first in the next one. */
  putBack(rest: readonly Waiting[]): void {
    this.#waiting.unshift(...rest);
  }

  /** Nothing is expected to wait any more. */
  rest(): void {
    this.#sweep?.cancel();
    this.#sweep = null;
  }

  /** Gives up everything. */
  abandon(): void {
    this.giveUp([...this.#inFlight, ...this.#waiting]);
    this.#waiting = [];
    this.rest();
  }

  /** Answers `unavailable`: nothing is known of the write. */
  giveUp(all: readonly Waiting[], cause?: unknown): void {
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

  #giveUpOld(): void {
    const { clock } = this.#options;
    const before = clock.now() - GIVE_UP_MS;
    const all = [...this.#inFlight, ...this.#waiting];
    this.giveUp(all.filter(({ since }) => since <= before));
    this.#waiting = this.#waiting.filter(({ done }) => !done);
    this.#sweep = clock.after(SWEEP_MS, () => this.#giveUpOld());
  }
}
