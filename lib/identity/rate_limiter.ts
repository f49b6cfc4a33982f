/** Token buckets, in memory and in the store. */
import { z } from "zod";
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import { digest } from "./random.ts";
import { type RateLimit, rateLimits } from "./rate_limits.ts";
import type { RateLimiter } from "./types.ts";

/** Buckets of one name in memory; past it the one that was used longest ago is forgotten. */
const BUCKETS_MAX = 20_000;
/** Callers of one kept bucket that may wait for each other on this server. */
const WAITING_MAX = 200;

const bucketSchema = z.strictObject({ tokens: z.number(), at: z.number() });
type Bucket = z.infer<typeof bucketSchema>;

/** What {@link createRateLimiter} needs. */
export interface RateLimiterOptions {
  kv: Deno.Kv;
  clock: Clock;
  /** RATE_LIMIT_SCALE. */
  scale: number;
  limits?: Record<string, RateLimit>;
}

/** A limiter; a name that is not in the table is a mistake in the program and throws. */
export function createRateLimiter(
  { kv, clock, scale, limits = rateLimits }: RateLimiterOptions,
): RateLimiter {
  const memory = new Map<string, Map<string, Bucket>>();
  const queues = new Map<string, { tail: Promise<unknown>; length: number }>();

  function limitOf(name: string): RateLimit {
    const limit = limits[name];
    if (!limit) throw new Error(`No rate limit has the name ${name}`);
    // Less than one token would never let anybody through.
    return { burst: Math.max(1, limit.burst * scale), perSecond: limit.perSecond * scale };
  }

  async function takeKept(name: string, subject: string): Promise<void> {
    const limit = limitOf(name);
    // The digest keeps e-mail addresses out of keys, and keys short.
    const key = keys.rateLimit(name, digest(subject));
    const outcome = await transact(kv, async (tx) => {
      const stored = bucketSchema.safeParse(await tx.get(key));
      const result = spend(stored.success ? stored.data : undefined, limit, 1, clock.now());
      // An empty bucket is not written again: a flood costs reads only.
      if (result.wait === 0) {
        tx.set(key, result.bucket, { expireIn: refillMs(limit) });
      }
      return result;
    });
    if (outcome.wait > 0) throw refused(outcome.wait);
  }

  return {
    take(name, subject, count = 1) {
      const limit = limitOf(name);
      let buckets = memory.get(name);
      if (!buckets) memory.set(name, buckets = new Map());
      const { bucket, wait } = spend(buckets.get(subject), limit, count, clock.now());
      // Set anew, so that the map's order is the order of use.
      buckets.delete(subject);
      buckets.set(subject, bucket);
      if (buckets.size > BUCKETS_MAX) {
        const oldest = buckets.keys().next().value;
        if (oldest !== undefined) buckets.delete(oldest);
      }
      if (wait > 0) throw refused(wait);
    },
    takeDurable(name, subject) {
      // One after another on this server, so that only other servers can be raced with.
      const id = `${name} ${subject}`;
      const queue = queues.get(id) ?? { tail: Promise.resolve(), length: 0 };
      if (queue.length >= WAITING_MAX) return Promise.reject(refused(1));
      queues.set(id, queue);
      queue.length++;
      const turn = queue.tail.then(() => takeKept(name, subject)).finally(() => {
        if (--queue.length === 0) queues.delete(id);
      });
      queue.tail = turn.catch(() => {});
      return turn;
    },
    async resetDurable(name, subject) {
      await kv.delete(keys.rateLimit(name, digest(subject)));
    },
  };
}

/** Pure: the bucket after taking `count`, and the seconds to wait (0: taken). */
function spend(bucket: Bucket | undefined, limit: RateLimit, count: number, now: number) {
  const { tokens, at } = bucket ?? { tokens: limit.burst, at: now };
  // A clock that went back adds nothing.
  const gained = Math.max(0, now - at) / 1000 * limit.perSecond;
  const full = Math.min(limit.burst, tokens + gained);
  const wait = full >= count ? 0 : (count - full) / limit.perSecond;
  return { bucket: { tokens: wait === 0 ? full - count : full, at: now }, wait };
}

function refillMs(limit: RateLimit): number {
  return Math.ceil(limit.burst / limit.perSecond * 1000) + 1000;
}

function refused(seconds: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(seconds));
  return new AppError("rate_limited", `Cannot do this: too often, try again in ${retryAfter} s`, {
    retryAfter,
  });
}
