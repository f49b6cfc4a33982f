/** Pushes through the whole pipeline, beside npm web-push alone on the same push service. */
import { signToken } from "./load/peer.ts";
import type { BenchOptions, Part } from "./support/part.ts";
import { runLoad, type Script, SECRET, startProduct, startScript } from "./support/processes.ts";
import { format, spreadOf } from "./support/statistics.ts";

/** Everything is written within this time, so that the jobs are all due when the first is taken. */
const GRACE_SECONDS = 4;
const SUBSCRIBE_AT_ONCE = 20;

interface Taken {
  ms: number;
  refused: number;
}
type Subscription = { endpoint: string };

/** Jobs a second. */
export async function measurePushes({ runs, quick }: BenchOptions): Promise<Part> {
  const count = quick ? 200 : 2000;
  const product: number[] = [];
  const alone: number[] = [];
  for (let run = 0; run < runs; run++) {
    await using service = startScript("support/push_target.ts");
    const origin = await service.line();
    product.push(await throughProduct(service, origin, count));
    alone.push(await throughLibrary(service, count));
  }
  const median = (values: number[]) => format(spreadOf(values).median);
  return {
    title: "Pushes",
    how: `${format(count)} messages to ${format(count)} people who are away, each with a device: ` +
      "from the first push that arrives to the last at a push service on this machine, which " +
      "verifies and decrypts each. Beside it npm web-push, which reads no job and writes no " +
      "outcome, with 64 under way.",
    figures: [
      { name: "jobs/s", values: product, goal: "≥ 400" },
      { name: "npm web-push alone, pushes/s", values: alone },
      {
        name: "share of npm web-push",
        values: product.map((each, i) => each / (alone[i] ?? NaN)),
        digits: 2,
      },
    ],
    summary: [{
      measured: "push jobs a second (beside them npm web-push alone)",
      product: median(product),
      relay: median(alone),
    }],
  };
}

async function throughProduct(service: Script, origin: string, count: number): Promise<number> {
  await using product = await startProduct({
    PUSH_ALLOWED_ORIGINS: origin,
    PUSH_GRACE_SECONDS: String(GRACE_SECONDS),
  });
  const receivers = Array.from({ length: count }, (_, i) => `bench-person-${i}`);
  const subscriptions = await subscribe(service, count);
  let next = 0;
  await Promise.all(Array.from({ length: SUBSCRIBE_AT_ONCE }, async () => {
    for (let i = next++; i < count; i = next++) {
      const response = await fetch(`${product.origin}/api/notifications/subscribe`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${await signToken(SECRET, receivers[i] ?? "")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(subscriptions[i]),
      });
      await response.body?.cancel();
      if (response.status !== 201) throw new Error(`Subscribing was answered ${response.status}`);
    }
  }));
  await service.tell(`wait ${count}`);
  const { target } = product;
  const started = performance.now();
  await runLoad({ kind: "push", target, from: "bench-sender", receivers });
  if (performance.now() - started > GRACE_SECONDS * 1000) {
    throw new Error("The messages took longer than the grace: the figure would be theirs");
  }
  return rateOf(JSON.parse(await service.line()), count);
}

async function throughLibrary(service: Script, count: number): Promise<number> {
  await using library = startScript("support/web_push_alone.ts");
  const subscriptions = await subscribe(service, count);
  await service.tell(`wait ${count}`);
  await library.tell(JSON.stringify(subscriptions));
  await library.line();
  return rateOf(JSON.parse(await service.line()), count);
}

async function subscribe(service: Script, count: number): Promise<Subscription[]> {
  await service.tell(`subscribe ${count}`);
  return JSON.parse(await service.line());
}

function rateOf({ ms, refused }: Taken, count: number): number {
  if (refused > 0) throw new Error(`${refused} pushes were refused`);
  return (count - 1) / ms * 1000;
}
