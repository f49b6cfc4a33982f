/** A clock that stands still until a test moves it. */
import type { Clock } from "../shared/clock.ts";

/** See {@link createFakeClock}. */
export interface FakeClock extends Clock {
  /** Moves the time on, running what is due in its order; lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Moves the time on and runs nothing: what is due runs with the next `advance`. */
  jump(ms: number): void;
  /** Timers that have not run. */
  readonly waiting: number;
}

/** Starts at `start` (ms); nothing but `advance` moves it. */
export function createFakeClock(start = Date.UTC(2026, 0, 5, 9, 0, 0)): FakeClock {
  let time = start;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    after(ms, run) {
      const timer = { at: time + Math.max(0, ms), run };
      timers.push(timer);
      return { cancel: () => void (timers = timers.filter((other) => other !== timer)) };
    },
    async advance(ms) {
      const until = time + ms;
      for (;;) {
        const next = timers.reduce<{ at: number; run: () => void } | null>(
          (first, timer) => timer.at <= until && (!first || timer.at < first.at) ? timer : first,
          null,
        );
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        time = Math.max(time, next.at);
        next.run();
        await settle();
      }
      time = until;
      await settle();
    },
    jump: (ms) => void (time += ms),
    get waiting() {
      return timers.length;
    },
  };
}

/** Lets everything that is ready run: promises first, then work that waits for the event loop. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}

/** How long {@link until} waits: far longer than anything takes, for machines that are busy. */
export const PATIENCE_MS = 30_000;

/**
 * Waits until `condition` holds, polling the event loop, for work that leaves the process (a store,
 * a socket) and has no promise to await; throws `what` after `ms` milliseconds of real time.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  ms = PATIENCE_MS,
): Promise<void> {
  const end = Date.now() + ms;
  while (!await condition()) {
    if (Date.now() > end) {
      throw new Error(`Waited ${ms} ms in vain: ${typeof what === "string" ? what : what()}`);
    }
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
  }
}
