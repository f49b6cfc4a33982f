/** When a push that did not go through is tried again (P11, P12): pure. */

const FIRST_MS = 2_000;
const LONGEST_MS = 60 * 60 * 1000;
/** Tries in all; then the dead letters. */
export const MAX_ATTEMPTS = 12;

/**
 * Milliseconds until the next try, or null when there is to be none. Full jitter over a ceiling that
 * doubles from 2 s to an hour; never sooner than the service asks for, never past `remainingMs` of
 * the time to live.
 *
 * @param attempt tries so far, 1 or more
 */
export function retryDelay(
  attempt: number,
  afterMs: number | null,
  remainingMs: number,
  random: () => number,
): number | null {
  if (attempt >= MAX_ATTEMPTS) return null;
  const jitter = random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  const delay = Math.ceil((afterMs ?? 0) + jitter);
  return delay < remainingMs ? delay : null;
}
