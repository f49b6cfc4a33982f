/**
 * From a server to another, through the KV server that they share. Each side runs in a network of its
 * own (`unshare -rn`), once as the kernel comes and once with `quickack` on its routes.
 */
import { findDenokv, HOW_TO_GET_DENOKV } from "../tools/denokv.ts";
import type { CrossServerResult } from "./load/cross_server.ts";
import type { BenchOptions, Figure, Part } from "./support/part.ts";

const TITLE = "Several servers";
const SCRIPT = new URL("./load/cross_server.ts", import.meta.url).pathname;
const QUICKACK = new URL("../deploy/quickack.sh", import.meta.url).pathname;
/** What each line is called, and its goal with `quickack`. */
const LINES: [keyof CrossServerResult, string, string?][] = [
  ["p50", "message to another server, p50 ms", "≤ 15"],
  ["p99", "message to another server, p99 ms"],
  ["ack", "acknowledgement, p50 ms"],
  ["commitOfOne", "commit of 1 row, p50 ms"],
  ["commitOfFifty", "commit of 50 rows, p50 ms"],
];

/** Latency between servers, with and without `quickack`. */
export async function measureCrossServer({ runs, quick }: BenchOptions): Promise<Part> {
  const obstacle = await findObstacle();
  if (obstacle !== null) return { title: TITLE, how: `Not measured: ${obstacle}.`, figures: [] };
  const messages = quick ? 50 : 300;
  const without = await measure("", runs, messages);
  const withQuickack = await measure(`sh "${QUICKACK}" lo >/dev/null &&`, runs, messages);
  const figures = LINES.flatMap(([key, name, goal]): Figure[] => [
    { name: `${name}, with quickack`, values: withQuickack[key], digits: 1, goal },
    { name: `${name}, without`, values: without[key], digits: 1 },
  ]);
  return {
    title: TITLE,
    how:
      "Three servers on one KV server (denokv). Somebody on the first sends a message at a time; measured is " +
      "the time until it reaches a socket of the second. Commits are those of a client alone.",
    figures,
  };
}

/** Why it can't be measured here; null when it can. */
async function findObstacle(): Promise<string | null> {
  if (await findDenokv() === null) return HOW_TO_GET_DENOKV;
  const isAllowed = await shell("ip link set lo up && ip route show table local >/dev/null")
    .then(() => true, () => false);
  return isAllowed ? null : "a network of one's own (unshare -rn, ip) can't be made here";
}

async function measure(before: string, runs: number, messages: number): Promise<CrossServerResult> {
  const output = await shell(
    `ip link set lo up && ${before} exec "${Deno.execPath()}" run -A "${SCRIPT}" ${runs} ${messages}`,
  );
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

/** Runs a command in a network of its own, where we may change routes; its output. */
async function shell(command: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-rn", "sh", "-c", command],
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
