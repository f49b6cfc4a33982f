/**
 * `deno task test`: sees to it that the browsers and a build are there, runs the tests beside the
 * code, then those of the whole system, and ends with one summary.
 */
import { join } from "node:path";
import { ensureBrowsers } from "./browsers.ts";
import { isFresh } from "./build/sources.ts";
import { type Counts, readJunit } from "./junit.ts";
import { run } from "./run.ts";

const root = join(import.meta.dirname ?? ".", "..");
/** Two cores: two test files at a time, and browsers only one after the other. */
const JOBS = "2";

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

/** Runs one part; a part that ends badly without a failed test (it did not load, say) counts as one. */
async function runPart(part: Part, junit: string): Promise<Counts> {
  const code = await run([
    "test",
    "-A",
    "--no-check",
    "--frozen",
    "--permit-no-files",
    `--junit-path=${junit}`,
    ...part.args,
  ], { cwd: root, env: { DENO_JOBS: JOBS } });
  const counts = await readJunit(junit) ?? { passed: 0, failed: 0, ignored: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

const missing = await ensureBrowsers();
for (const line of missing) console.error(line);
const isBuilt = await build();
if (!isBuilt) console.error("The build failed: tests of the whole system will fail.");

const folder = await Deno.makeTempDir({ prefix: "skilllink-test-" });
const results: [string, Counts][] = [["build", {
  passed: isBuilt ? 1 : 0,
  failed: isBuilt ? 0 : 1,
  ignored: 0,
}]];
for (const [index, part] of parts.entries()) {
  results.push([part.name, await runPart(part, join(folder, `${index}.xml`))]);
}
await Deno.remove(folder, { recursive: true });

const total: Counts = { passed: 0, failed: 0, ignored: 0 };
console.log("");
for (const [name, counts] of results) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.ignored += counts.ignored;
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed`);
}
for (const line of missing) console.error(line);
console.log(
  `tests: ${total.passed} passed, ${total.failed} failed` +
    (total.ignored > 0 ? `, ${total.ignored} ignored` : ""),
);
Deno.exit(total.failed === 0 ? 0 : 1);
