import assert from "node:assert/strict";
import { failureLines, firstWords, uncaughtErrors } from "./failures.ts";

Deno.test("firstWords: what an assertion says, without source and stack", () => {
  const error = `AssertionError: Expected values to be strictly equal:

1 !== 2

    at file:///x/lib/a_test.ts:2:47
    at innerWrapped (ext:cli/40_test.js:300:11)`;
  assert.equal(
    firstWords(error),
    "AssertionError: Expected values to be strictly equal: | 1 !== 2",
  );
  assert.equal(firstWords("Error: at the end\n  at f (x.ts:1:1)"), "Error: at the end");
  assert.equal(firstWords("\u001b[31mError\u001b[0m: red"), "Error: red");
  assert.equal(firstWords("    at f (x.ts:1:1)"), "at f (x.ts:1:1)", "better than nothing");
});

Deno.test("firstWords: one line of bounded length, whatever it is given", () => {
  const words = firstWords("a long line\n".repeat(1000));
  assert.equal(words.length, 240);
  assert.ok(words.endsWith("…"));
});

Deno.test("uncaughtErrors: finds those of the list of errors, each once", () => {
  const output = `Uncaught error from ./b_test.ts FAILED

 ERRORS

a > b => ./a_test.ts:2:6
error: AssertionError: no

./b_test.ts (uncaught error)
error: (in promise) Error: not loaded
throw new Error("not loaded");
      ^
    at file:///x/b_test.ts:1:7
This error was not caught from a test.

 FAILURES

a > b => ./a_test.ts:2:6
./b_test.ts (uncaught error)

FAILED | 2 passed`;
  const found = uncaughtErrors(output);
  assert.equal(found.length, 1);
  assert.equal(found[0]?.file, "./b_test.ts");
  assert.match(found[0]?.reason ?? "", /^\(in promise\) Error: not loaded/);
  assert.deepEqual(uncaughtErrors("ok | 2 passed | 0 failed"), []);
});

Deno.test("failureLines: two lines each, no more than asked for, and how many more there are", () => {
  const failure = { file: "./a_test.ts", name: "R1 no gap", reason: "Error: a gap" };
  assert.deepEqual(failureLines([failure], 10), [
    "failed: R1 no gap (./a_test.ts)",
    "  Error: a gap",
  ]);
  const lines = failureLines(Array.from({ length: 12 }, () => failure), 10);
  assert.equal(lines.length, 21);
  assert.equal(lines.at(-1), "failed: 2 more");
  assert.deepEqual(failureLines([], 10), []);
});
