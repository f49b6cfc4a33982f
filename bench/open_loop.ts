/** Chat at a given rate, whatever comes back: latency from when a message should have been sent. */
import type { OpenLoopResult } from "./load/plan.ts";
import type { BenchOptions, Part } from "./support/part.ts";
import { onBoth, runLoad, startProduct, type Subject } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

const PAIRS = 50;
const STEADY = 1000;
const RISING = [500, 1000, 2000, 3000, 4000, 6000, 8000, 10_000, 12_000, 15_000, 20_000];

/** Latency at 1,000/s, and the rate that is still kept up with. */
export async function measureOpenLoop({ runs, quick }: BenchOptions): Promise<Part> {
  const send = ({ target }: Subject, rates: number[], ms: number) =>
    runLoad<OpenLoopResult[]>({
      kind: "open-loop",
      target,
      pairs: PAIRS,
      rates,
      warmUpMs: quick ? 1000 : 2000,
      ms,
    });
  const product: OpenLoopResult[] = [];
  const relay: OpenLoopResult[] = [];
  const highest: number[] = [];
  const steps = new Map<number, OpenLoopResult[]>();
  for (let run = 0; run < runs; run++) {
    const both = await onBoth((subject) => send(subject, [STEADY], quick ? 2000 : 10_000));
    product.push(...both.product);
    relay.push(...both.relay);
    await using subject = await startProduct();
    const results = await send(subject, RISING, quick ? 1000 : 3000);
    highest.push(Math.max(0, ...results.filter((each) => each.keptUp).map(({ rate }) => rate)));
    for (const each of results) {
      steps.set(each.rate, [...steps.get(each.rate) ?? [], each]);
    }
  }
  // Beyond what is kept up with, latency only says for how long it was measured.
  const kept = [...steps].filter(([, results]) =>
    results.length === runs && results.every(({ keptUp }) => keptUp)
  );
  const line = (of: "p50Ms" | "p99Ms") =>
    kept.map(([rate, results]): [number, number] => [
      rate,
      spreadOf(results.map((each) => each[of])).median,
    ]);
  const figures = (["p50Ms", "p99Ms", "p999Ms"] as const).flatMap((key, i) => {
    const name = ["p50", "p99", "p99.9"][i];
    const goal = ["≤ 3", "≤ 15"][i];
    return [
      {
        name: `${format(STEADY)}/s, ${name} ms`,
        values: product.map((each) => each[key]),
        digits: 1,
        goal,
      },
      {
        name: `${format(STEADY)}/s, relay, ${name} ms`,
        values: relay.map((each) => each[key]),
        digits: 1,
      },
    ];
  });
  const medians = (results: OpenLoopResult[]) =>
    (["p50Ms", "p99Ms"] as const)
      .map((key) => format(spreadOf(results.map((each) => each[key])).median, 1)).join(" / ");
  return {
    title: "Chat at a given rate",
    how: `${PAIRS} pairs; messages are sent at their time whether or not earlier ones have come, ` +
      "and latency counts from that time. A rate is kept up with when 99.9 % of the messages " +
      "have come a second after the last was due and half of them within 250 ms.",
    figures: [...figures, { name: "highest rate kept up with, messages/s", values: highest }],
    curves: [{
      file: "bench-rate.svg",
      title: "Latency by the rate of sending",
      x: { label: "messages a second", isLog: true },
      y: { label: "ms", isLog: true },
      series: [{ name: "p50", points: line("p50Ms") }, { name: "p99", points: line("p99Ms") }],
    }],
    summary: [{
      measured: `from intended send to delivery at ${format(STEADY)}/s, p50 / p99`,
      product: `${medians(product)} ms`,
      relay: `${medians(relay)} ms`,
    }],
  };
}
