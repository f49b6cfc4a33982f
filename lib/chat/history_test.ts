import assert from "node:assert/strict";
import fc from "fast-check";
import { pageEnds, rangeOf } from "./history.ts";

const cases: [string, Parameters<typeof rangeOf>[0], number, [number, number]][] = [
  ["the newest when nothing is named", { limit: 3 }, 10, [8, 10]],
  ["what is before a seq, without it", { limit: 3, before: 5 }, 10, [2, 4]],
  ["what is before the first", { limit: 3, before: 1 }, 10, [1, 0]],
  ["what is after a seq, without it", { limit: 3, after: 5 }, 10, [6, 8]],
  ["what is after the newest", { limit: 3, after: 10 }, 10, [11, 10]],
  ["what is around a seq", { limit: 5, around: 5 }, 10, [3, 7]],
  ["around the first", { limit: 4, around: 1 }, 10, [1, 4]],
  ["around the newest", { limit: 4, around: 10 }, 10, [7, 10]],
  ["around what is still to come", { limit: 4, around: 99 }, 10, [7, 10]],
  ["nothing of an empty conversation", { limit: 4 }, 0, [1, 0]],
];
for (const [name, page, head, [from, to]] of cases) {
  Deno.test(`a page of history holds ${name}`, () => {
    assert.deepEqual(rangeOf(page, head), { from, to });
  });
}

Deno.test("an empty page says on which side messages are", () => {
  const endsOf = (page: Parameters<typeof rangeOf>[0], head: number) =>
    pageEnds(rangeOf(page, head), head);
  assert.deepEqual(endsOf({ limit: 3, after: 10 }, 10), { before: 11, after: null });
  assert.deepEqual(endsOf({ limit: 3, after: 99 }, 10), { before: 11, after: null });
  assert.deepEqual(endsOf({ limit: 3, before: 1 }, 10), { before: null, after: 0 });
  assert.deepEqual(endsOf({ limit: 3, before: 0 }, 10), { before: null, after: 0 });
  assert.deepEqual(endsOf({ limit: 3 }, 0), { before: null, after: null });
  assert.deepEqual(endsOf({ limit: 3, after: 5 }, 0), { before: null, after: null });
});

Deno.test("R2 pages that follow each other in either direction hold every message once", () =>
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.boolean(),
    (head, limit, forwards) => {
      const seen: number[] = [];
      let next: { before?: number; after?: number } | null = forwards ? { after: 0 } : {};
      while (next) {
        const range = rangeOf({ limit, ...next }, head);
        const page: number[] = [];
        for (let seq = range.from; seq <= range.to; seq++) page.push(seq);
        assert.ok(page.length <= limit);
        if (forwards) seen.push(...page);
        else seen.unshift(...page);
        const { before, after } = pageEnds(range, head);
        next = forwards
          ? (after === null ? null : { after })
          : (before === null ? null : { before });
      }
      assert.deepEqual(seen, Array.from({ length: head }, (_, i) => i + 1));
    },
  )));
