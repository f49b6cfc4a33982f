import assert from "node:assert/strict";
import fc from "fast-check";
import { add, EMPTY, has, lastIn, lastOutside, limitRanges, sizeWithin } from "./interval_set.ts";

const MAX = 40;
const ranges = fc.array(
  fc.tuple(fc.integer({ min: 1, max: MAX }), fc.integer({ min: 1, max: MAX })),
  { maxLength: 12 },
);
const value = fc.integer({ min: 0, max: MAX + 1 });

function build(parts: [number, number][]) {
  const model = new Set<number>();
  let set = EMPTY;
  for (const [from, to] of parts) {
    set = add(set, from, to);
    for (let i = from; i <= to; i++) model.add(i);
  }
  return { set, model };
}

Deno.test("R6 ranges hold exactly what a set would", () => {
  fc.assert(fc.property(ranges, value, value, (parts, low, high) => {
    const { set, model } = build(parts);
    const all = [...model];
    for (let i = 0; i <= MAX + 1; i++) assert.equal(has(set, i), model.has(i));
    assert.equal(
      sizeWithin(set, low, high),
      all.filter((i) => i >= low && i <= high).length,
    );
    assert.equal(lastIn(set, high), all.filter((i) => i <= high).sort((a, b) => b - a)[0] ?? null);
    const free = Array.from({ length: MAX + 2 }, (_, i) => i)
      .filter((i) => i <= high && i > low && !model.has(i));
    assert.equal(lastOutside(set, high, low), free.at(-1) ?? null);
  }));
});

Deno.test("R10 ranges are ascending, apart from each other, and as few as can be", () => {
  fc.assert(fc.property(ranges, (parts) => {
    const { set } = build(parts);
    for (let i = 0; i + 1 < set.length; i++) {
      const gap = (set[i + 1] ?? 0) - (set[i] ?? 0);
      assert.ok(i % 2 === 0 ? gap >= 0 : gap >= 2);
    }
  }));
});

Deno.test("R10 past the limit the oldest gaps are filled, and nothing is lost", () => {
  fc.assert(fc.property(ranges, fc.integer({ min: 1, max: 6 }), (parts, limit) => {
    const { set, model } = build(parts);
    const limited = limitRanges(set, limit);
    assert.ok(limited.length / 2 <= limit);
    for (const i of model) assert.ok(has(limited, i));
    assert.equal(limited.at(-1), set.at(-1));
  }));
  assert.deepEqual(limitRanges([1, 1, 3, 3, 5, 5], 2), [1, 3, 5, 5]);
});
