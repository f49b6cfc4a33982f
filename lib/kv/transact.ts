/** Checked read-modify-write with bounded retry, for everything that is not in the journal. */
import { AppError } from "../shared/errors.ts";
import { type Clock, delay, systemClock } from "../shared/clock.ts";

/** Attempts before `unavailable`. */
const MAX_ATTEMPTS = 10;
const FIRST_BACKOFF_MS = 5;
const MAX_BACKOFF_MS = 250;
/** A KV server refuses an eleventh check (design §5). */
const MAX_CHECKS = 10;

/** Reads that are fenced and writes that are made together. */
export interface Transaction {
  /** Reads a row; the commit fails and the body runs again if it changes meanwhile. */
  get<T>(key: Deno.KvKey): Promise<T | null>;
  set(key: Deno.KvKey, value: unknown, options?: { expireIn?: number }): void;
  delete(key: Deno.KvKey): void;
}

/** Injected by tests. */
export interface TransactOptions {
  clock?: Clock;
  random?: () => number;
}

/**
 * Runs `body` and commits what it wrote in one atomic that checks every row it read, at most ten.
 * A lost race runs it again with full jitter; after ten tries it is `unavailable`. `body` must have
 * no effect of its own. A commit whose outcome is unknown (it threw) runs `body` again as well, so
 * `body` must find its own earlier write by reading it.
 */
export async function transact<T>(
  kv: Deno.Kv,
  body: (tx: Transaction) => Promise<T>,
  { clock = systemClock, random = Math.random }: TransactOptions = {},
): Promise<T> {
  let lastError: unknown;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) {
      await delay(clock, random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));
    }
    const atomic = kv.atomic();
    let checks = 0;
    let writes = 0;
    const result = await body({
      async get<V>(key: Deno.KvKey) {
        const entry = await kv.get<V>(key);
        if (++checks > MAX_CHECKS) throw new Error(`A transaction may read ${MAX_CHECKS} rows`);
        atomic.check(entry);
        return entry.value;
      },
      set(key, value, options) {
        writes++;
        atomic.set(key, value, options);
      },
      delete(key) {
        writes++;
        atomic.delete(key);
      },
    });
    if (writes === 0) return result;
    try {
      if ((await atomic.commit()).ok) return result;
    } catch (error) {
      if (error instanceof TypeError) throw error; // a value or key that can't be stored
      lastError = error;
    }
  }
  throw new AppError("unavailable", "Cannot save: the store is busy, try again", {
    retryAfter: 1,
    cause: lastError,
  });
}

/** Reads rows by key, ten at a time (the limit of one `getMany`), in the order of `wanted`. */
export async function getRows<T>(
  kv: Deno.Kv,
  wanted: readonly Deno.KvKey[],
): Promise<Deno.KvEntryMaybe<T>[]> {
  const chunks: Promise<Deno.KvEntryMaybe<T>[]>[] = [];
  for (let i = 0; i < wanted.length; i += 10) {
    chunks.push(kv.getMany<T[]>(wanted.slice(i, i + 10)) as Promise<Deno.KvEntryMaybe<T>[]>);
  }
  return (await Promise.all(chunks)).flat();
}
