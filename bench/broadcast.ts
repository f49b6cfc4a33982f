/** A notification to everybody: when it has reached the last of many sockets. */
import type { BroadcastResult } from "./load/plan.ts";
import type { BenchOptions, Figure, Part } from "./support/part.ts";
import { onBoth, runLoad } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

/** Time to the last socket, product and relay in turn. */
export async function measureBroadcast({ runs, quick }: BenchOptions): Promise<Part> {
  const sizes = quick ? [100, 500] : [100, 1000, 5000];
  const figures: Figure[] = [];
  const medians: Record<"product" | "relay", [number, number][]> = { product: [], relay: [] };
  for (const sockets of sizes) {
    const { product, relay } = await onBoth(({ target, origin }) =>
      runLoad<BroadcastResult>({ kind: "broadcast", target, origin, sockets, rounds: runs })
    );
    const name = `${format(sockets)} sockets`;
    figures.push(
      { name: `${name}, ms to the last`, values: product.lastMs, digits: 1 },
      { name: `${name}, relay, ms to the last`, values: relay.lastMs, digits: 1 },
      {
        name: `${name}, product : relay`,
        // In order, so that a slow round of one does not stand beside a quick one of the other.
        values: ratios(product.lastMs, relay.lastMs),
        digits: 2,
        goal: sockets === 5000 ? "≤ 1.5" : "",
      },
    );
    medians.product.push([sockets, spreadOf(product.lastMs).median]);
    medians.relay.push([sockets, spreadOf(relay.lastMs).median]);
  }
  const [product, relay] = [medians.product.at(-1)?.[1] ?? NaN, medians.relay.at(-1)?.[1] ?? NaN];
  return {
    title: "To everybody",
    how:
      "One `POST /api/notifications` to everybody, each socket another person's: the time from " +
      "the request to the last socket. Each frame of the product has its reader's own counts.",
    figures,
    curves: [{
      file: "bench-broadcast.svg",
      title: "A broadcast, until the last socket has it",
      x: { label: "sockets" },
      y: { label: "ms" },
      series: [
        { name: "product", points: medians.product },
        { name: "relay", points: medians.relay },
      ],
    }],
    summary: [{
      measured: `a notification to ${format(sizes.at(-1) ?? 0)} sockets, until the last has it`,
      product: `${format(product)} ms`,
      relay: `${format(relay)} ms`,
    }],
  };
}

function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  const [a, b] = [ours.toSorted((x, y) => x - y), theirs.toSorted((x, y) => x - y)];
  return a.map((ms, i) => ms / (b[i] ?? NaN));
}
