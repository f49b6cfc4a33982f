/**
 * `deno task test`: sees to it that the browsers and a build are there, runs the tests beside the
 * code, then those of the whole system, and ends with one summary: which tests failed, and counts.
 */
import { join } from "node:path";
import { ensureBrowsers } from "./browsers.ts";
import { findDenokv, HOW_TO_GET_DENOKV } from "./denokv.ts";
import { isFresh } from "./build/sources.ts";
import { failureLines, uncaughtErrors } from "./failures.ts";
import { readJunit, type Report } from "./junit.ts";
import { run } from "./run.ts";

const root = join(import.meta.dirname ?? ".", "..");
/** Two cores: two test files at a time, and browsers only one after the other. */
const JOBS = "2";
/** How many failed tests the summary names. */
const FAILURES_NAMED = 50;

interface Part {
  name: string;
  args: string[];
}
const parts: Part[] = [
  {
    name: "beside the code",
    args: [
      "--parallel",
      "lib",
      "fresh",
      "components",
      "islands",
      "routes",
      "static",
      "tools",
      "bench",
    ],
  },
  { name: "whole system", args: ["tests"] },
];

async function build(): Promise<boolean> {
  if (await isFresh(root, join(root, "_fresh"))) return true;
  return await run(["run", "-A", "dev.ts", "build"], { cwd: root }) === 0;
}

/**
 * Runs one part. Errors outside of tests count as failed ones; so does an end that is bad without
 * any failure that is known of.
 */
async function runPart(part: Part, junit: string): Promise<Report> {
  let output = "";
  const code = await run([
    "test",
    "-A",
    "--no-check",
    "--frozen",
    "--permit-no-files",
    `--junit-path=${junit}`,
    ...part.args,
  ], { cwd: root, env: { DENO_JOBS: JOBS }, heard: (text) => void (output += text) });
  const report = await readJunit(junit) ?? { passed: 0, failed: 0, ignored: 0, failures: [] };
  const uncaught = uncaughtErrors(output);
  report.failures.push(...uncaught);
  report.failed += uncaught.length;
  if (code !== 0 && report.failed === 0) {
    report.failed = 1;
    report.failures.push({
      file: part.args.join(" "),
      name: part.name,
      reason: `deno test ended with ${code}; what it printed says why`,
    });
  }
  return report;
}

const missing = await ensureBrowsers();
if (await findDenokv() === null) {
  missing.push(`The tests of several servers (tests/cluster) were left out: ${HOW_TO_GET_DENOKV}`);
  for (const part of parts) {
    if (part.args.includes("tests")) part.args.push("--ignore=tests/cluster");
  }
}
for (const line of missing) console.error(line);
const isBuilt = await build();
if (!isBuilt) console.error("The build failed: tests of the whole system will fail.");

const folder = await Deno.makeTempDir({ prefix: "skilllink-test-" });
const results: [string, Report][] = [[
  "build",
  isBuilt ? { passed: 1, failed: 0, ignored: 0, failures: [] } : {
    passed: 0,
    failed: 1,
    ignored: 0,
    failures: [{ file: "dev.ts", name: "build", reason: "the build failed; see above" }],
  },
]];
for (const [index, part] of parts.entries()) {
  results.push([part.name, await runPart(part, join(folder, `${index}.xml`))]);
}
await Deno.remove(folder, { recursive: true });

const total: Report = { passed: 0, failed: 0, ignored: 0, failures: [] };
console.log("");
for (const [name, report] of results) {
  total.passed += report.passed;
  total.failed += report.failed;
  total.ignored += report.ignored;
  total.failures.push(...report.failures);
  console.log(`${name}: ${report.passed} passed, ${report.failed} failed`);
}
for (const line of missing) console.error(line);
for (const line of failureLines(total.failures, FAILURES_NAMED)) console.log(line);
console.log(
  `tests: ${total.passed} passed, ${total.failed} failed` +
    (total.ignored > 0 ? `, ${total.ignored} ignored` : ""),
);
Deno.exit(total.failed === 0 ? 0 : 1);
