/** What an open socket costs while nothing is said, beside a relay that knows nothing of its peers. */
import type { BenchOptions, Part } from "./support/part.ts";
import { onBoth, runLoad, startLoad, type Subject } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

const USERS = 500;
/**
 * V8 gives back what the handshakes needed once nothing has happened for some eight seconds; before
 * that the figure is the garbage of opening, not what an idle socket keeps.
 */
const SETTLE_MS = 25_000;

/** Resident memory of the server for each idle socket, in KB. */
export async function measureIdleSockets({ runs, quick }: BenchOptions): Promise<Part> {
  const sockets = quick ? 1000 : 2000;
  const product: number[] = [];
  const relay: number[] = [];
  for (let run = 0; run < runs; run++) {
    const both = await onBoth(async (subject) => {
      if (subject.target.secret !== null) {
        const { target } = subject;
        await runLoad({ kind: "fill", target, from: "bench-a", to: "bench-b", count: 100 });
      }
      return await kilobytesPerSocket(subject, sockets);
    });
    product.push(both.product);
    relay.push(both.relay);
  }
  const median = (values: number[]) => `${format(spreadOf(values).median)} KB`;
  return {
    title: "Idle sockets",
    how: `Resident memory of the server for each of ${format(sockets)} idle sockets, after the ` +
      `first one of each of ${USERS} people, when nothing has been said for ` +
      `${SETTLE_MS / 1000} s.`,
    figures: [
      { name: "KB a socket", values: product, digits: 1, goal: "≤ 30" },
      { name: "relay, KB a socket", values: relay, digits: 1 },
    ],
    summary: [{
      measured: "memory of an idle socket",
      product: median(product),
      relay: median(relay),
    }],
  };
}

/** Everybody opens a socket, which makes their profile; then the sockets that are counted open. */
async function kilobytesPerSocket({ pid, target }: Subject, sockets: number): Promise<number> {
  const open = (count: number) =>
    startLoad<{ open: number }>({ kind: "idle", target, sockets: count, users: USERS });
  await using _first = await open(USERS);
  const before = await settledKilobytes(pid);
  await using counted = await open(sockets);
  return (await settledKilobytes(pid) - before) / counted.result.open;
}

/** Resident memory once garbage had the time to be collected. */
async function settledKilobytes(pid: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
}
