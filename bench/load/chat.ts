/** Chat between pairs of people: as fast as it goes, or at a given rate. */
import { quantile } from "../support/statistics.ts";
import { CONTENT, type Lane, openLane } from "./lane.ts";
import { connect, type Peer } from "./peer.ts";
import type {
  ClosedLoopPlan,
  ClosedLoopResult,
  FillPlan,
  OpenLoopPlan,
  OpenLoopResult,
} from "./plan.ts";

/** What has not come a second after the last was to be sent is not kept up with. */
const GRACE_MS = 1000;
/** Of what was sent, so much must have come by then. */
const KEPT_UP = 0.999;
/** And half of all must not have taken longer than this. */
const KEPT_UP_P50_MS = 250;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** See {@link ClosedLoopPlan}. */
export async function closedLoop(plan: ClosedLoopPlan): Promise<ClosedLoopResult> {
  const lanes: Lane[] = await Promise.all(
    Array.from(
      { length: plan.pairs },
      (_, i) => openLane(plan.target, `bench-from-${i}`, `bench-to-${i}`),
    ),
  );
  for (const lane of lanes) void lane.start(plan.inFlight / plan.pairs);
  await sleep(plan.warmUpMs);
  for (const lane of lanes) {
    lane.delivered = 0;
    lane.latencies = [];
  }
  const started = performance.now();
  await sleep(plan.ms);
  const seconds = (performance.now() - started) / 1000;
  const delivered = lanes.reduce((sum, lane) => sum + lane.delivered, 0);
  const latencies = lanes.flatMap((lane) => lane.latencies).sort((a, b) => a - b);
  return {
    delivered,
    seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** See {@link FillPlan}. */
export async function fill(plan: FillPlan): Promise<{ sent: number }> {
  const lane = await openLane(plan.target, plan.from, plan.to);
  await lane.start(Math.min(100, plan.count), plan.count);
  return { sent: lane.delivered };
}

/** See {@link OpenLoopPlan}. */
export async function openLoop(plan: OpenLoopPlan): Promise<OpenLoopResult[]> {
  const senders: Peer[] = [];
  const receivers: Peer[] = [];
  for (let i = 0; i < plan.pairs; i++) {
    const [sender, receiver] = await Promise.all([
      connect(plan.target, `bench-from-${i}`),
      connect(plan.target, `bench-to-${i}`),
    ]);
    senders.push(sender);
    receivers.push(receiver);
  }
  const results: OpenLoopResult[] = [];
  await runRate(plan, senders, receivers, Math.min(...plan.rates), plan.warmUpMs);
  for (const rate of plan.rates) {
    const result = await runRate(plan, senders, receivers, rate, plan.ms);
    results.push(result);
    if (!result.keptUp) break;
  }
  return results;
}

async function runRate(
  plan: OpenLoopPlan,
  senders: readonly Peer[],
  receivers: readonly Peer[],
  rate: number,
  ms: number,
): Promise<OpenLoopResult> {
  const run = crypto.randomUUID().slice(0, 8);
  const total = Math.floor(rate * ms / 1000);
  const latencies: number[] = [];
  // Too much is refused, which is an answer, but not a delivery.
  let refused = 0;
  for (const sender of senders) sender.onFrame = (frame) => frame.type === "error" && refused++;
  const started = performance.now() + 20;
  const intended = (i: number) => started + i * 1000 / rate;
  receivers.forEach((receiver) =>
    receiver.onFrame = (frame) => {
      if (frame.type !== "message") return;
      const [of, i] = frame.message.clientId.split("_");
      if (of === run) latencies.push(performance.now() - intended(Number(i)));
    }
  );
  let sent = 0;
  while (sent < total) {
    const now = performance.now();
    for (; sent < total && intended(sent) <= now; sent++) {
      const lane = sent % plan.pairs;
      senders[lane]?.send({
        type: "send",
        clientId: `${run}_${sent}`,
        receiverId: `bench-to-${lane}`,
        content: CONTENT,
      });
    }
    await sleep(1);
  }
  const patience = performance.now() + GRACE_MS;
  while (latencies.length + refused < total && performance.now() < patience) await sleep(5);
  const delivered = latencies.length;
  // What never came took longer than anything that did.
  while (latencies.length < total) latencies.push(Infinity);
  latencies.sort((a, b) => a - b);
  const p50Ms = quantile(latencies, 0.5);
  return {
    rate,
    delivered,
    refused,
    keptUp: delivered >= total * KEPT_UP && p50Ms <= KEPT_UP_P50_MS,
    p50Ms,
    p99Ms: quantile(latencies, 0.99),
    p999Ms: quantile(latencies, 0.999),
  };
}
