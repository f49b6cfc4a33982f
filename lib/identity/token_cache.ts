/** Remembers what good tokens say: a client sends the same one with every request. */
import type { Clock } from "../shared/clock.ts";
import { BoundedMap } from "./bounded_map.ts";
import { digest } from "./random.ts";

/** Tokens in memory; a token has 8 KiB at most, and most say a few words. */
const REMEMBERED_MAX = 10_000;

/** A token that was found good. */
export interface CheckedToken {
  /** When it ends (ms). */
  expiresAt: number;
  /** When its signature must be looked at again (ms), because its key may not count any more. */
  recheckAt: number;
}

/**
 * `check`, asked once for a token and not again before the token's end. What is refused is not
 * remembered, so strangers fill nothing. Whether the token's session lives is not part of the answer:
 * that is to be asked each time.
 */
export function rememberTokens<T extends CheckedToken>(
  check: (token: string) => Promise<T>,
  clock: Clock,
): (token: string) => Promise<T> {
  const known = new BoundedMap<string, T>(REMEMBERED_MAX);
  return async (token) => {
    // Under its digest, so that no memory dump has tokens in it that open something.
    const key = digest(token);
    const remembered = known.get(key);
    const now = clock.now();
    if (remembered && now < remembered.expiresAt && now < remembered.recheckAt) return remembered;
    known.delete(key);
    const checked = await check(token);
    known.set(key, checked);
    return checked;
  };
}
