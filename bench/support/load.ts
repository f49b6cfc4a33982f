/** The load generator, a process of its own: does what `Deno.args[0]` says and prints what it saw. */
import { connect, type Peer, type Target } from "./peer.ts";
import { quantile } from "./statistics.ts";

/** What to do. */
export type Plan =
  /** Keeps `inFlight` messages under way between `pairs` of people for `ms`, after `warmUpMs`. */
  | {
    kind: "closed-loop";
    target: Target;
    pairs: number;
    inFlight: number;
    warmUpMs: number;
    ms: number;
  }
  /** Sends `count` messages from one person to another. */
  | { kind: "fill"; target: Target; from: string; to: string; count: number }
  /** Opens `sockets` for `users` people, and holds them until the input ends. */
  | { kind: "idle"; target: Target; sockets: number; users: number };

/** What was seen: messages that reached their receiver, and how long that took. */
export interface ClosedLoopResult {
  delivered: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

const CONTENT = "Could you have a look at the second exercise before tomorrow's session?";

/** Sends from `from` to `to`; a message is done when it is acknowledged and has arrived. */
class Lane {
  delivered = 0;
  latencies: number[] = [];
  #underWay = new Map<string, { sentAt: number; steps: number }>();
  #next = 0;
  #idle: (() => void) | null = null;
  #limit = Infinity;

  constructor(
    private readonly sender: Peer,
    receiver: Peer,
    private readonly name: string,
    private readonly receiverId: string,
  ) {
    sender.onFrame = (frame) => {
      if (frame.type === "ack") this.#step(frame.clientId, false);
      if (frame.type === "error") throw new Error(`Refused: ${JSON.stringify(frame)}`);
    };
    receiver.onFrame = (frame) => {
      if (frame.type === "message") this.#step(frame.message.clientId, true);
    };
  }

  /** Puts `slots` messages under way, and another one whenever one is done, `limit` in all. */
  start(slots: number, limit = Infinity): Promise<void> {
    this.#limit = limit;
    const done = new Promise<void>((resolve) => this.#idle = resolve);
    for (let i = 0; i < slots; i++) this.#send();
    return done;
  }

  stop(): void {
    this.#limit = 0;
  }

  #send(): void {
    if (this.#next >= this.#limit) {
      if (this.#underWay.size === 0) this.#idle?.();
      return;
    }
    const clientId = `${this.name}-${this.#next++}`;
    this.#underWay.set(clientId, { sentAt: performance.now(), steps: 0 });
    this.sender.send({ type: "send", clientId, receiverId: this.receiverId, content: CONTENT });
  }

  #step(clientId: string, arrived: boolean): void {
    const message = this.#underWay.get(clientId);
    if (!message) return;
    if (arrived) {
      this.delivered++;
      this.latencies.push(performance.now() - message.sentAt);
    }
    if (++message.steps < 2) return;
    this.#underWay.delete(clientId);
    this.#send();
  }
}

async function openLane(target: Target, from: string, to: string): Promise<Lane> {
  const [sender, receiver] = await Promise.all([connect(target, from), connect(target, to)]);
  return new Lane(sender, receiver, `${from}-${crypto.randomUUID().slice(0, 8)}`, to);
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function closedLoop(
  plan: Extract<Plan, { kind: "closed-loop" }>,
): Promise<ClosedLoopResult> {
  const lanes = await Promise.all(
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

async function fill(plan: Extract<Plan, { kind: "fill" }>): Promise<{ sent: number }> {
  const lane = await openLane(plan.target, plan.from, plan.to);
  await lane.start(Math.min(100, plan.count), plan.count);
  return { sent: lane.delivered };
}

async function idle(plan: Extract<Plan, { kind: "idle" }>): Promise<{ open: number }> {
  const peers: Peer[] = [];
  // A bounded number at a time: the accept queue of a listener is not endless.
  for (let i = 0; i < plan.sockets; i += 50) {
    const count = Math.min(50, plan.sockets - i);
    peers.push(
      ...await Promise.all(
        Array.from(
          { length: count },
          (_, j) => connect(plan.target, `bench-idle-${(i + j) % plan.users}`),
        ),
      ),
    );
  }
  return { open: peers.length };
}

const plan: Plan = JSON.parse(Deno.args[0] ?? "");
switch (plan.kind) {
  case "closed-loop":
    console.log(JSON.stringify(await closedLoop(plan)));
    break;
  case "fill":
    console.log(JSON.stringify(await fill(plan)));
    break;
  case "idle":
    console.log(JSON.stringify(await idle(plan)));
    for await (const _ of Deno.stdin.readable) { /* until it ends */ }
}
Deno.exit(0);
