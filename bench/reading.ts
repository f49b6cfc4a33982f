/** Whether reading grows with what is stored (R9). */
import type { ReadResult } from "./load/plan.ts";
import type { BenchOptions, Figure, Part } from "./support/part.ts";
import { runLoad, SECRET, startProduct, startRelay, type Subject } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

const READER = "bench-reader";
const WRITER = "bench-writer";
const PAGES = ["history page", "conversation list"] as const;
type Page = typeof PAGES[number];

/** A page of history and the conversation list with more and more messages stored. */
export async function measureReading({ runs, quick }: BenchOptions): Promise<Part> {
  const counts = quick ? [100, 1000, 5000] : [100, 500, 2500, 10_000, 50_000];
  const requests = quick ? 50 : 200;
  const medians: Record<Page, Map<number, number[]>> = {
    "history page": new Map(),
    "conversation list": new Map(),
  };
  await using product = await startProduct();
  let stored = 0;
  for (const count of counts) {
    await fill(product, count - stored);
    stored = count;
    for (let run = 0; run < runs; run++) {
      const read = await runLoad<ReadResult>({
        kind: "read",
        secret: SECRET,
        requests,
        pages: [
          {
            name: "history page",
            url: `${product.origin}/api/messages/conversation/${WRITER}`,
            user: READER,
          },
          {
            name: "conversation list",
            url: `${product.origin}/api/messages/conversations`,
            user: READER,
          },
        ],
      });
      for (const page of PAGES) {
        medians[page].set(count, [...medians[page].get(count) ?? [], read[page] ?? NaN]);
      }
    }
  }
  const bare: number[] = [];
  await using relay = await startRelay();
  for (let run = 0; run < runs; run++) {
    const url = `${relay.origin}/page`;
    const pages = [{ name: "bare", url, user: null }];
    const read = await runLoad<ReadResult>({ kind: "read", secret: SECRET, requests, pages });
    bare.push(read.bare ?? NaN);
  }
  const [few = 0, many = 0] = [counts[0], counts.at(-1)];
  const figures = PAGES.flatMap((page): Figure[] => {
    const [before = [], after = []] = [medians[page].get(few), medians[page].get(many)];
    return [
      ...counts.map((count) => ({
        name: `${page}, ${format(count)} stored, ms`,
        values: medians[page].get(count) ?? [],
        digits: 2,
      })),
      {
        name: `${page}, ${format(many)} : ${format(few)}`,
        values: after.map((ms, i) => ms / (before[i] ?? NaN)),
        digits: 2,
        goal: "≤ 1.5",
      },
    ];
  });
  const series = PAGES.map((page) => ({
    name: page,
    points: counts.map((count): [number, number] => [
      count,
      spreadOf(medians[page].get(count) ?? []).median,
    ]),
  }));
  const bareMs = spreadOf(bare).median;
  const both = (page: Page) =>
    [few, many].map((count) => format(spreadOf(medians[page].get(count) ?? []).median, 1))
      .join(" / ");
  const summary = PAGES.map((page) => ({
    measured: `${page}, ${format(few)} / ${format(many)} messages stored`,
    product: `${both(page)} ms`,
    relay: "",
  }));
  return {
    title: "Reading",
    how: `Median of ${requests} requests over REST, one after another; beside them a bare ` +
      "request that is answered with a constant.",
    figures: [...figures, { name: "bare request, ms", values: bare, digits: 2 }],
    curves: [{
      file: "bench-reading.svg",
      title: "Time to read, by what is stored",
      x: { label: "messages stored in the conversation", isLog: true },
      y: { label: "ms" },
      series: [
        ...series,
        { name: "bare request", points: counts.map((count) => [count, bareMs]) },
      ],
    }],
    summary,
  };
}

async function fill({ target }: Subject, count: number): Promise<void> {
  const plan = { kind: "fill", target, from: WRITER, to: READER, count } as const;
  const { sent } = await runLoad<{ sent: number }>(plan);
  if (sent !== count) throw new Error(`Filled ${sent} of ${count} messages`);
}
