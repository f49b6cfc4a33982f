/** A clock that runs: off by some time, faster than ours, or set while it runs. */
import type { Clock } from "../../../lib/shared/clock.ts";

/** See {@link createRunningClock}. */
export interface RunningClock extends Clock {
  /** Somebody sets the clock: the time is another one, what waits goes on waiting as long. */
  set(byMs: number): void;
  /** The same time with timers of its own, for one page of several. */
  fork(): RunningClock;
  /** Nothing runs any more, what waits included. */
  stop(): void;
  /** Timers that have not run. */
  readonly waiting: number;
}

/** `offsetMs`: how far it is ahead of ours; `speed`: how many of its seconds one of ours has. */
export function createRunningClock({ offsetMs = 0, speed = 1 } = {}): RunningClock {
  const start = Date.now();
  const since = performance.now();
  let offset = offsetMs;
  const now = () => Math.floor(start + offset + (performance.now() - since) * speed);
  return withTimers(now, speed, (byMs) => void (offset += byMs));
}

function withTimers(
  now: () => number,
  speed: number,
  set: (byMs: number) => void,
): RunningClock {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let stopped = false;
  return {
    now,
    set,
    fork: () => withTimers(now, speed, set),
    after(ms, run) {
      if (stopped) return { cancel: () => {} };
      const id = setTimeout(() => {
        timers.delete(id);
        run();
      }, ms / speed);
      timers.add(id);
      return {
        cancel() {
          clearTimeout(id);
          timers.delete(id);
        },
      };
    },
    stop() {
      stopped = true;
      for (const id of timers) clearTimeout(id);
      timers.clear();
    },
    get waiting() {
      return timers.size;
    },
  };
}
