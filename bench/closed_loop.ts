/** Chat with a fixed number of messages under way, beside a relay that keeps nothing. */
import type { ClosedLoopResult } from "./support/load.ts";
import type { Target } from "./support/peer.ts";
import { runLoad, startProduct, startRelay } from "./support/processes.ts";
import { cells, spreadOf, table } from "./support/statistics.ts";

const PAIRS = 50;
const WARM_UP_MS = 2000;
const MS = 5000;

/** Delivered messages a second, `runs` times, product and relay in turn; a Markdown section. */
export async function measureClosedLoop(runs: number): Promise<string> {
  const rows: string[][] = [];
  for (const inFlight of [50, 500]) {
    const product: ClosedLoopResult[] = [];
    const relay: ClosedLoopResult[] = [];
    for (let run = 0; run < runs; run++) {
      const { server, target } = await startProduct();
      product.push(await measure(target, inFlight));
      await server[Symbol.asyncDispose]();
      await using raw = await startRelay();
      relay.push(await measure(raw.target, inFlight));
    }
    const rate = ({ delivered, seconds }: ClosedLoopResult) => delivered / seconds;
    const ratios = product.map((one, i) => rate(one) / rate(relay[i] ?? one));
    rows.push(
      [`${inFlight} in flight, product, messages/s`, ...cells(spreadOf(product.map(rate)))],
      [`${inFlight} in flight, relay, messages/s`, ...cells(spreadOf(relay.map(rate)))],
      [`${inFlight} in flight, product : relay`, ...cells(spreadOf(ratios), 2)],
      [
        `${inFlight} in flight, product, p50 ms`,
        ...cells(spreadOf(product.map((one) => one.p50Ms)), 1),
      ],
      [
        `${inFlight} in flight, product, p99 ms`,
        ...cells(spreadOf(product.map((one) => one.p99Ms)), 1),
      ],
    );
  }
  return `Closed loop: durable messages that reached their receiver, ${PAIRS} pairs of people\n\n` +
    table(["", "min", "median", "max"], rows);
}

function measure(target: Target, inFlight: number): Promise<ClosedLoopResult> {
  return runLoad({
    kind: "closed-loop",
    target,
    pairs: PAIRS,
    inFlight,
    warmUpMs: WARM_UP_MS,
    ms: MS,
  });
}
