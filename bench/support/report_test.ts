import assert from "node:assert/strict";
import type { Part } from "./part.ts";
import { partTable, replaceBetween, type Results, summaryTable } from "./report.ts";

const part: Part = {
  title: "Chat",
  how: "People chat.",
  figures: [
    { name: "messages/s", values: [3000, 1000, 2000] },
    { name: "of the relay", values: [0.5], digits: 2, goal: "≥ 0.3" },
  ],
  summary: [{ measured: "messages/s", product: "2,000", relay: "9,000" }],
};

Deno.test("report: a table shows least, middle and greatest, and the goal where there is one", () => {
  assert.equal(
    partTable(part),
    "|  | min | median | max | goal |\n| --- | --- | --- | --- | --- |\n" +
      "| messages/s | 1,000 | 2,000 | 3,000 |  |\n| of the relay | 0.50 | 0.50 | 0.50 | ≥ 0.3 |",
  );
});

Deno.test("report: only what stands between the markers is replaced", () => {
  const text = "before\n<!-- bench chat -->\nold\n<!-- /bench -->\nafter <!-- /bench -->";
  assert.equal(
    replaceBetween(text, "chat", "new"),
    "before\n<!-- bench chat -->\n\nnew\n\n<!-- /bench -->\nafter <!-- /bench -->",
  );
  assert.equal(replaceBetween(text, "other", "new"), text);
  assert.throws(() => replaceBetween("<!-- bench chat -->", "chat", "new"), /no end/);
});

Deno.test("report: the summary gathers all parts", () => {
  const results: Results = { chat: { part, machine: "m", command: "c", at: "2026-01-05" } };
  assert.match(summaryTable(results), /\| messages\/s \| 2,000 \| 9,000 \|/);
});
