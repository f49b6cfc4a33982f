import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_ATTEMPTS, retryDelay } from "./retry_policy.ts";

const day = 24 * 60 * 60 * 1000;

Deno.test("P12 the ceiling doubles from 2 s to an hour, and jitter is full", () => {
  const ceiling = (attempt: number) => retryDelay(attempt, null, day, () => 1);
  assert.deepEqual([1, 2, 3, 4].map(ceiling), [2000, 4000, 8000, 16_000]);
  assert.equal(ceiling(MAX_ATTEMPTS - 1), 2_048_000);
  assert.equal(retryDelay(5, null, day, () => 0), 0);
});

Deno.test("P11 P12 never sooner than asked for, never past the time to live, never without end", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 30 }),
    fc.option(fc.integer({ min: 0, max: 2 * day })),
    fc.integer({ min: -1000, max: day }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (attempt, after, remaining, random) => {
      const delay = retryDelay(attempt, after, remaining, () => random);
      if (attempt >= MAX_ATTEMPTS) return delay === null;
      return delay === null || (delay >= (after ?? 0) && delay < remaining);
    },
  ));
  assert.equal(retryDelay(1, day, day, () => 0), null);
  assert.equal(retryDelay(MAX_ATTEMPTS, null, day, () => 0), null);
});
