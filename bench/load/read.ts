/** Pages over REST, one request after another. */
import { quantile } from "../support/statistics.ts";
import { signToken } from "./peer.ts";
import type { ReadPlan, ReadResult } from "./plan.ts";

/** See {@link ReadPlan}. */
export async function readPages({ pages, secret, requests }: ReadPlan): Promise<ReadResult> {
  const result: ReadResult = {};
  for (const { name, url, user } of pages) {
    const headers: Record<string, string> = user === null
      ? {}
      : { authorization: `Bearer ${await signToken(secret, user)}` };
    const times: number[] = [];
    for (let i = 0; i < requests; i++) {
      const started = performance.now();
      const response = await fetch(url, { headers });
      const { data } = await response.json();
      if (!response.ok || data.length === 0) throw new Error(`${url} answered ${response.status}`);
      times.push(performance.now() - started);
    }
    result[name] = quantile(times.sort((a, b) => a - b), 0.5);
  }
  return result;
}
