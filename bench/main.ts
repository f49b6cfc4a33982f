/**
 * `deno task bench [part…] [--quick] [--runs N] [--write]`: measures the product, started from its
 * build on an empty store on disk, over real sockets, beside a relay in the same sitting. A report,
 * not a test: figures are those of this machine, load generator included. `--write` puts what was
 * measured last into `docs/performance.md` and the README.
 */
import { parseArgs } from "node:util";
import { parts } from "./parts.ts";
import { partTable } from "./support/report.ts";
import { keepResults, readResults, writeDocs } from "./support/results_file.ts";
import { describeMachine, loadBefore, openFilesLimit } from "./support/machine.ts";

const RUNS = 3;
/** Five thousand sockets, their peers' files, and some more. */
const OPEN_FILES = 6000;
/** From here on figures say so. */
const BUSY_LOAD = 0.7;

const { values: options, positionals } = parseArgs({
  args: Deno.args.filter((arg) => arg !== "--"),
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    runs: { type: "string", default: String(RUNS) },
  },
});
const names = Object.keys(parts);
const unknown = positionals.filter((name) => !parts[name]);
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(", ")}. There are ${names.join(", ")}`);
  Deno.exit(1);
}
const runs = Math.max(RUNS, Number(options.runs) || RUNS);
// Only what is already measured, when nothing but writing is asked for.
const wanted = positionals.length > 0 || !options.write ? positionals : null;

const limit = await openFilesLimit();
if (limit !== null && limit < OPEN_FILES) {
  console.error(
    `A process may open ${limit} files here, and ${OPEN_FILES} are needed: run "ulimit -n ${OPEN_FILES}" first`,
  );
  Deno.exit(1);
}
// Others' work makes all figures low, and the product's lower than the relay's.
const load = loadBefore();
const busy = load >= BUSY_LOAD
  ? `; the machine was busy with other work (load ${load.toFixed(1)} before)`
  : "";
const machine = await describeMachine() + busy;
console.log(`${machine}; ${runs} runs${options.quick ? ", quick: not to be quoted" : ""}`);

const results = await readResults(names);
for (const name of wanted === null ? [] : wanted.length > 0 ? wanted : names) {
  const measure = parts[name];
  if (!measure) continue;
  const command = `deno task bench ${name}${options.quick ? " --quick" : ""}` +
    (runs === RUNS ? "" : ` --runs ${runs}`);
  const part = await measure({ runs, quick: options.quick });
  console.log(`\n## ${part.title} (${command})\n\n${part.how}\n\n${partTable(part)}`);
  results[name] = { part, machine, command, at: new Date().toISOString() };
  await keepResults(results);
}
if (options.write) {
  const quick = Object.values(results).filter(({ command }) => command.includes("--quick"));
  if (quick.length > 0) {
    console.error(`Not written: these are of quick runs: ${quick.map((one) => one.command)}`);
    Deno.exit(1);
  }
  await writeDocs(results);
}
