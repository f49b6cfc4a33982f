/** Time as a dependency, so that tests move it and never sleep. */

/** A running timer; `cancel` may be called any number of times. */
export interface Timer {
  cancel(): void;
}

/** Where the time and timers come from. */
export interface Clock {
  /** Milliseconds since the epoch (UTC). */
  now(): number;
  /** Calls `run` once, not before `ms` milliseconds have passed. */
  after(ms: number, run: () => void): Timer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const id = setTimeout(run, ms);
    return { cancel: () => clearTimeout(id) };
  },
};

/** Resolves when `ms` milliseconds have passed on `clock`. */
export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
