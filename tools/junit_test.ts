import assert from "node:assert/strict";
import { parseJunit, readJunit } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="7" failures="3" errors="0" time="0.014">
    <testsuite name="./a_test.ts" tests="7" disabled="1" errors="0" failures="3">
        <testcase name="a" classname="./a_test.ts" time="0.001" line="1" col="6">
        </testcase>
        <testcase name="b &gt; is a name" classname="./a_test.ts" time="0.001" line="2" col="6">
            <failure message="Uncaught Error: x &gt; y">Error: &lt;testcase
    at file:///x/a_test.ts:2:47</failure>
        </testcase>
        <testcase name="c" classname="./a_test.ts" time="0.000" line="3" col="11">
            <skipped/>
        </testcase>
        <testcase name="d" classname="./a_test.ts" time="0.001" line="4" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="a &gt; one" classname="./a_test.ts" time="0.000" line="1" col="39">
        </testcase>
        <testcase name="a &gt; one &gt; two" classname="./a_test.ts" time="0.000" line="1" col="69">
        </testcase>
        <testcase name="d &gt; one" classname="./a_test.ts" time="0.000" line="4" col="39">
            <failure message="Uncaught Error: x">Error: x</failure>
        </testcase>
    </testsuite>
</testsuites>`;

Deno.test("parseJunit: counts tests, not their steps", () => {
  const { failures: _, ...counts } = parseJunit(REPORT);
  assert.deepEqual(counts, { passed: 1, failed: 2, ignored: 1 });
});

Deno.test("parseJunit: the same name in two files is two tests", () => {
  const { failures: _, ...counts } = parseJunit(REPORT + REPORT);
  assert.deepEqual(counts, { passed: 2, failed: 4, ignored: 2 });
});

Deno.test("parseJunit: names each failed test, and the step instead of its test", () => {
  assert.deepEqual(parseJunit(REPORT).failures, [
    { file: "./a_test.ts", name: "b > is a name", reason: "Error: <testcase" },
    { file: "./a_test.ts", name: "d > one", reason: "Error: x" },
  ]);
});

Deno.test("readJunit: no report is told apart from an empty one", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, `<testsuites tests="0"></testsuites>`);
    assert.deepEqual(await readJunit(path), {
      passed: 0,
      failed: 0,
      ignored: 0,
      failures: [],
    });
  } finally {
    await Deno.remove(path);
  }
  assert.equal(await readJunit(path), null);
});
