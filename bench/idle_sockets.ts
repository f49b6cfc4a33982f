/** What an open socket costs while nothing is said. */
import { runLoad, startLoad, startProduct } from "./support/processes.ts";
import { cells, format, spreadOf, table } from "./support/statistics.ts";

const SOCKETS = 2000;
const USERS = 500;
const SETTLE_MS = 3000;

/** Resident memory of the server for each idle socket, in KB; a Markdown section. */
export async function measureIdleSockets(runs: number): Promise<string> {
  const perSocket: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { server, target } = await startProduct();
    try {
      // Code and profiles are loaded first, so that only sockets are counted.
      await runLoad({ kind: "fill", target, from: "bench-a", to: "bench-b", count: 100 });
      const before = await settledKilobytes(server.pid);
      await using load = await startLoad<{ open: number }>({
        kind: "idle",
        target,
        sockets: SOCKETS,
        users: USERS,
      });
      const after = await settledKilobytes(server.pid);
      perSocket.push((after - before) / load.result.open);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  }
  return `Memory of ${format(SOCKETS)} idle sockets of ${USERS} people\n\n` +
    table(["", "min", "median", "max"], [["KB a socket", ...cells(spreadOf(perSocket), 1)]]);
}

/** Resident memory once garbage had the time to be collected. */
async function settledKilobytes(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
}
