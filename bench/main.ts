/**
 * `deno task bench [name…]`: measures the product, started from its build on an empty store, over
 * real sockets. A report, not a test: figures are those of this machine, load generator included.
 */
import { measureClosedLoop } from "./closed_loop.ts";
import { measureHistoryGrowth } from "./history_growth.ts";
import { measureIdleSockets } from "./idle_sockets.ts";
import { format } from "./support/statistics.ts";

const RUNS = 3;

const sections: Record<string, (runs: number) => Promise<string>> = {
  "closed-loop": measureClosedLoop,
  "history": measureHistoryGrowth,
  "idle": measureIdleSockets,
};

async function describeMachine(): Promise<string> {
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /model name\s*:\s*(.+)/.exec(cpu)?.[1] ?? Deno.build.arch;
  const gigabytes = Deno.systemMemoryInfo().total / 2 ** 30;
  return `${navigator.hardwareConcurrency} cores of ${model}, ${format(gigabytes)} GB, ` +
    `${Deno.build.os} ${Deno.osRelease()}, Deno ${Deno.version.deno}; ${RUNS} runs`;
}

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(sections);
for (const name of wanted) {
  if (!sections[name]) {
    console.error(`No such measurement: ${name}. There are ${Object.keys(sections).join(", ")}`);
    Deno.exit(1);
  }
}
console.log(await describeMachine());
for (const name of wanted) console.log(`\n${await sections[name]?.(RUNS)}`);
