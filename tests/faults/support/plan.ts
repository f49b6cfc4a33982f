/**
 * Where chance comes from: one seed, printed in the name of each test. The same seed makes the same
 * plan (what is done, to whom, and when by the plan's own clock); how the machine interleaves it
 * remains the machine's.
 */

/** Of this run; `FAULT_SEED` replays one. */
export const SEED = Deno.env.get("FAULT_SEED") ?? String(Math.floor(Math.random() * 1e9));
/** `FAULT_LONG=1`: a thousand kills and a soak of a minute instead of CI's short forms. */
export const LONG = Deno.env.get("FAULT_LONG") === "1";

/** Chance that can be had again. */
export interface Dice {
  /** 0 ≤ n < 1. */
  next(): number;
  /** A whole number, 0 ≤ n < `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Dice of their own for a part: what one part throws does not change another's. */
  of(name: string): Dice;
}

/** Dice for `name` under this run's seed. */
export function diceOf(name: string): Dice {
  const next = mulberry32(hash(`${SEED}/${name}`));
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error("Nothing to pick from");
      return list[below(list.length)]!;
    },
    of: (part) => diceOf(`${name}/${part}`),
  };
}

/** Registers a test whose name tells how to replay it. */
export function faultTest(name: string, run: (dice: Dice) => Promise<void>): void {
  Deno.test(`${name} (FAULT_SEED=${SEED})`, () => run(diceOf(name)));
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value;
}

/** Small, and the same on every machine. */
function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
