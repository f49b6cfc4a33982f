/** Chat with a fixed number of messages under way, beside a relay that keeps nothing. */
import type { ClosedLoopResult } from "./load/plan.ts";
import type { BenchOptions, Figure, Part, Summary } from "./support/part.ts";
import { onBoth, runLoad } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

const PAIRS = 50;

/** Delivered messages a second, product and relay in turn. */
export async function measureClosedLoop({ runs, quick }: BenchOptions): Promise<Part> {
  const figures: Figure[] = [];
  const summary: Summary[] = [];
  for (const inFlight of [50, 500]) {
    const product: ClosedLoopResult[] = [];
    const relay: ClosedLoopResult[] = [];
    for (let run = 0; run < runs; run++) {
      const both = await onBoth(({ target }) =>
        runLoad<ClosedLoopResult>({
          kind: "closed-loop",
          target,
          pairs: PAIRS,
          inFlight,
          warmUpMs: quick ? 1000 : 2000,
          ms: quick ? 1500 : 5000,
        })
      );
      product.push(both.product);
      relay.push(both.relay);
    }
    const rates = product.map(rate);
    const relayRates = relay.map(rate);
    const name = (what: string) => `${inFlight} under way, ${what}`;
    figures.push(
      { name: name("messages/s"), values: rates },
      { name: name("relay, messages/s"), values: relayRates },
      {
        name: name("share of the relay"),
        values: rates.map((each, i) => each / (relayRates[i] ?? NaN)),
        digits: 2,
        goal: "≥ 0.3, better 0.5",
      },
      { name: name("p50 ms"), values: product.map(({ p50Ms }) => p50Ms), digits: 1 },
      { name: name("p99 ms"), values: product.map(({ p99Ms }) => p99Ms), digits: 1 },
    );
    summary.push({
      measured: `durable messages delivered a second, ${PAIRS} pairs, ${inFlight} under way`,
      product: format(spreadOf(rates).median),
      relay: format(spreadOf(relayRates).median),
    });
  }
  return {
    title: "Chat as fast as it goes",
    how:
      `${PAIRS} pairs of people over sockets; a message is done when it is acknowledged and has ` +
      "reached its receiver, and is followed by the next at once.",
    figures,
    summary,
  };
}

function rate({ delivered, seconds }: ClosedLoopResult): number {
  return delivered / seconds;
}
