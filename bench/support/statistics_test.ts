import assert from "node:assert/strict";
import { cells, quantile, spreadOf, table } from "./statistics.ts";

Deno.test("statistics: quantiles by nearest rank", () => {
  const sorted = Array.from({ length: 100 }, (_, i) => i + 1);
  assert.equal(quantile(sorted, 0.5), 51);
  assert.equal(quantile(sorted, 0.99), 100);
  assert.equal(quantile([7], 0.99), 7);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

Deno.test("statistics: a spread does not depend on the order of the runs", () => {
  assert.deepEqual(spreadOf([30, 1000.4, 20]), { min: 20, median: 30, max: 1000.4 });
  assert.deepEqual(cells(spreadOf([30, 1000.4, 20])), ["20", "30", "1,000"]);
});

Deno.test("statistics: a table in Markdown", () => {
  assert.equal(table(["a", "b"], [["1", "2"]]), "| a | b |\n| --- | --- |\n| 1 | 2 |");
});
