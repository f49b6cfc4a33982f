/**
 * Commits small writes that come at about the same time in one atomic: a push is three of them, and
 * each commit costs as much as everything that is in it.
 */

/** What a KV server takes in one atomic (design §5). */
const CHECKS_MAX = 10;

/** One write: it is made if `check` is still what was read. */
export interface CheckedWrite {
  check: Deno.AtomicCheck;
  /** Adds few rows. May be called twice, once for each atomic that is tried. */
  write(atomic: Deno.AtomicOperation): void;
}

/** How it ended; `versionstamp` is that of the rows that it set. */
export type WriteResult = Deno.KvCommitResult | Deno.KvCommitError;

interface Waiting extends CheckedWrite {
  done: PromiseWithResolvers<WriteResult>;
}

/** Each write is made or refused by itself: one that lost a race takes no other with it. */
export class AtomicBatcher {
  #waiting: Waiting[] = [];
  #running = false;

  constructor(private readonly kv: Deno.Kv) {}

  /** Resolves once it is durable, or was refused; rejects as a commit does. */
  commit(write: CheckedWrite): Promise<WriteResult> {
    const done = Promise.withResolvers<WriteResult>();
    this.#waiting.push({ ...write, done });
    if (!this.#running) void this.#run();
    return done.promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What is asked for in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, CHECKS_MAX);
      const result = batch.length > 1 ? await this.#try(batch).catch(() => null) : null;
      if (result?.ok) { for (const { done } of batch) done.resolve(result); }
      else await Promise.all(batch.map((one) => this.#alone(one)));
    }
    this.#running = false;
  }

  async #alone(one: Waiting): Promise<void> {
    try {
      one.done.resolve(await this.#try([one]));
    } catch (error) {
      one.done.reject(error);
    }
  }

  #try(batch: readonly CheckedWrite[]): Promise<WriteResult> {
    const atomic = this.kv.atomic();
    for (const { check, write } of batch) {
      atomic.check(check);
      write(atomic);
    }
    return atomic.commit();
  }
}
