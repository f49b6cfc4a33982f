/** What an open socket costs while nothing is said, beside a relay that knows nothing of its peers. */
import { runLoad, startLoad, startProduct, startRelay } from "./support/processes.ts";
import type { Target } from "./support/peer.ts";
import { cells, format, spreadOf, table } from "./support/statistics.ts";

const USERS = 500;
const SOCKETS = 2000;
const SETTLE_MS = 3000;

/** Resident memory of the server for each idle socket, in KB; a Markdown section. */
export async function measureIdleSockets(runs: number): Promise<string> {
  const product: number[] = [];
  const relay: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { server, target } = await startProduct();
    try {
      await runLoad({ kind: "fill", target, from: "bench-a", to: "bench-b", count: 100 });
      product.push(await kilobytesPerSocket(server.pid, target));
    } finally {
      await server[Symbol.asyncDispose]();
    }
    await using raw = await startRelay();
    relay.push(await kilobytesPerSocket(raw.pid, raw.target));
  }
  return `Memory of ${
    format(SOCKETS)
  } idle sockets, after the first one of each of ${USERS} people\n\n` +
    table(["", "min", "median", "max"], [
      ["product, KB a socket", ...cells(spreadOf(product), 1)],
      ["relay, KB a socket", ...cells(spreadOf(relay), 1)],
    ]);
}

/** Everybody opens a socket, which makes their profile; then the sockets that are counted open. */
async function kilobytesPerSocket(pid: number, target: Target): Promise<number> {
  const open = (sockets: number) =>
    startLoad<{ open: number }>({ kind: "idle", target, sockets, users: USERS });
  await using _first = await open(USERS);
  const before = await settledKilobytes(pid);
  await using counted = await open(SOCKETS);
  return (await settledKilobytes(pid) - before) / counted.result.open;
}

/** Resident memory once garbage had the time to be collected. */
async function settledKilobytes(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
}
