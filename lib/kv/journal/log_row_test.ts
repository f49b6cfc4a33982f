import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeRow, emitted, encodeRow, splitIntoRows } from "./log_row.ts";
import { valueBytes } from "./sizes.ts";

Deno.test("R10 every log row fits into a value, and the events come back in their order", () =>
  fc.assert(fc.property(
    fc.array(
      fc.tuple(fc.string({ unit: "binary", maxLength: 20 }), fc.integer({ min: 0, max: 450 })),
      { maxLength: 60 },
    ),
    (texts) => {
      const payloads = texts.map(([text, times]) => ({ type: "t", text: text.repeat(times) }));
      const rows = splitIntoRows(payloads.map((payload) => emitted(payload, undefined)))
        .map((row) => encodeRow("j.1", row));
      for (const row of rows) assert.ok(valueBytes(row) < 65_536);
      assert.deepEqual(rows.flatMap(decodeRow), JSON.parse(JSON.stringify(payloads)));
    },
  )));

Deno.test("R10 the longest message fits, whatever its characters", () => {
  for (const unit of ["\0", "€", "👩"]) {
    const text = `€${unit.repeat(4999 / unit.length)}`;
    assert.ok(emitted({ type: "t", text } as { type: string }, 0).bytes < 40_000);
  }
});

Deno.test("an event that no row can hold is refused", () => {
  assert.throws(() => emitted({ type: "t", text: "x".repeat(70_000) } as { type: string }, 0), {
    code: "too_large",
  });
});
