/** Whether reading grows with what is stored (R9). */
import { signToken, type Target } from "./support/peer.ts";
import { runLoad, startProduct } from "./support/processes.ts";
import { cells, quantile, spreadOf, table } from "./support/statistics.ts";

const FEW = 100;
const MANY = 50_000;
const REQUESTS = 200;
const READER = "bench-reader";
const WRITER = "bench-writer";

/** Medians of a page of history and of the conversation list, with few and many messages. */
export async function measureHistoryGrowth(runs: number): Promise<string> {
  const { server, target } = await startProduct();
  try {
    await fill(target, FEW);
    const few = await readRuns(server.origin, target, runs);
    await fill(target, MANY - FEW);
    const many = await readRuns(server.origin, target, runs);
    const rows: string[][] = [];
    for (const name of ["history page", "conversation list"] as const) {
      rows.push(
        [`${name}, ${FEW} stored, ms`, ...cells(spreadOf(few[name]), 2)],
        [`${name}, ${MANY.toLocaleString("en-GB")} stored, ms`, ...cells(spreadOf(many[name]), 2)],
        [
          `${name}, growth`,
          ...cells(spreadOf(many[name].map((ms, i) => ms / (few[name][i] ?? ms))), 2),
        ],
      );
    }
    return `Reading: median of ${REQUESTS} requests, one after the other\n\n` +
      table(["", "min", "median", "max"], rows);
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

async function fill(target: Target, count: number): Promise<void> {
  const { sent } = await runLoad<{ sent: number }>({
    kind: "fill",
    target,
    from: WRITER,
    to: READER,
    count,
  });
  if (sent !== count) throw new Error(`Filled ${sent} of ${count} messages`);
}

async function readRuns(origin: string, target: Target, runs: number) {
  const headers = { authorization: `Bearer ${await signToken(target.secret ?? "", READER)}` };
  const pages = {
    "history page": `${origin}/api/messages/conversation/${WRITER}`,
    "conversation list": `${origin}/api/messages/conversations`,
  };
  const result = { "history page": [] as number[], "conversation list": [] as number[] };
  for (let run = 0; run < runs; run++) {
    for (const name of ["history page", "conversation list"] as const) {
      result[name].push(await medianOf(pages[name], headers));
    }
  }
  return result;
}

async function medianOf(url: string, headers: Record<string, string>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const started = performance.now();
    const response = await fetch(url, { headers });
    const { data } = await response.json();
    if (!response.ok || data.length === 0) throw new Error(`${url} answered ${response.status}`);
    times.push(performance.now() - started);
  }
  return quantile(times.sort((a, b) => a - b), 0.5);
}
