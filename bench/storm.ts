/** Everybody was cut off and comes back at once. */
import type { StormPlan, StormResult } from "./load/plan.ts";
import type { BenchOptions, Part } from "./support/part.ts";
import { onBoth, runLoad, startLoad } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

const AT_ONCE = 256;

/** Time until the last of many sockets is back and has resumed. */
export async function measureStorm({ runs, quick }: BenchOptions): Promise<Part> {
  const sockets = quick ? 1000 : 5000;
  const product: StormResult[] = [];
  const relay: StormResult[] = [];
  for (let run = 0; run < runs; run++) {
    const both = await onBoth(async ({ target }) => {
      let known: StormPlan["known"] = {};
      if (target.secret !== null) {
        // Ends by a kill, which cuts all its sockets.
        await using talk = await startLoad<StormPlan["known"]>({
          kind: "conversations",
          target,
          people: sockets,
        });
        known = talk.result;
      } else {
        await using _open = await startLoad({ kind: "idle", target, sockets, users: sockets });
      }
      return await runLoad<StormResult>({ kind: "storm", target, sockets, atOnce: AT_ONCE, known });
    });
    product.push(both.product);
    relay.push(both.relay);
  }
  const times = (results: StormResult[]) => results.map(({ ms }) => ms);
  const ratios = product.map(({ ms }, i) => ms / (relay[i]?.ms ?? NaN));
  const name = `${format(sockets)} sockets`;
  const median = (results: StormResult[]) =>
    `${format(spreadOf(times(results)).median / 1000, 1)} s`;
  return {
    title: "Coming back",
    how: `${name}, each of another person with a conversation, are cut and come back as fast as ` +
      `${AT_ONCE} attempts at a time can (a client would spread itself over seconds); each sends ` +
      "`resume` with where it was and waits for `resumed`. The relay resumes nothing.",
    figures: [
      { name: `${name}, ms to the last`, values: times(product) },
      { name: `${name}, relay, ms to the last`, values: times(relay) },
      { name: "product : relay", values: ratios, digits: 2, goal: "≤ 2" },
      { name: "errors", values: product.map(({ errors }) => errors), goal: "0" },
    ],
    summary: [{
      measured: `${name} back after a cut, resumed`,
      product: median(product),
      relay: median(relay),
    }],
  };
}
