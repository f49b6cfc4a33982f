/** Many sockets: idle, told something together, or coming back together. */
import { connect, type Peer, signToken, type Target } from "./peer.ts";
import type {
  BroadcastPlan,
  BroadcastResult,
  ConversationsPlan,
  IdlePlan,
  PushPlan,
  StormPlan,
  StormResult,
} from "./plan.ts";

/** Opened at a time: the accept queue of a listener is not endless. */
const OPEN_AT_ONCE = 50;
const ROUND_PAUSE_MS = 300;
const ROUND_MS = 30_000;

/** Runs `work` for 0 to `count` - 1, so many at a time. */
async function pool(count: number, atOnce: number, work: (i: number) => Promise<void>) {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count) }, async () => {
      for (let i = next++; i < count; i = next++) await work(i);
    }),
  );
}

async function openAll(target: Target, count: number, nameOf: (i: number) => string) {
  const peers: Peer[] = [];
  await pool(count, OPEN_AT_ONCE, async (i) => {
    peers[i] = await connect(target, nameOf(i));
  });
  return peers;
}

/** See {@link IdlePlan}. */
export async function idle(plan: IdlePlan): Promise<{ open: number }> {
  const nameOf = (i: number) => `bench-idle-${i % plan.users}`;
  const peers = await openAll(plan.target, plan.sockets, nameOf);
  return { open: peers.length };
}

/** See {@link BroadcastPlan}. */
export async function broadcast(plan: BroadcastPlan): Promise<BroadcastResult> {
  const peers = await openAll(plan.target, plan.sockets, (i) => `bench-person-${i}`);
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${await signToken(
      plan.target.secret ?? "of a relay",
      "bench-admin",
      "admin",
    )}`,
  };
  const lastMs: number[] = [];
  // The first is not counted: nothing is warm yet.
  for (let round = 0; round <= plan.rounds; round++) {
    await new Promise((resolve) => setTimeout(resolve, ROUND_PAUSE_MS));
    const { promise: all, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error("A broadcast did not reach all")), ROUND_MS);
    let left = peers.length;
    for (const peer of peers) {
      peer.onFrame = (frame) => {
        if (frame.type === "notification" && --left === 0) resolve();
      };
    }
    const started = performance.now();
    const [response] = await Promise.all([
      fetch(`${plan.origin}/api/notifications`, {
        method: "POST",
        headers,
        body: JSON.stringify({
          to: { broadcast: true },
          type: "announcement",
          title: "The session starts in ten minutes",
          message: "Room 4, or the link in your calendar.",
        }),
      }),
      all.then(() => {
        if (round > 0) lastMs.push(performance.now() - started);
      }),
    ]);
    clearTimeout(late);
    if (response.status !== 201) throw new Error(`The broadcast was answered ${response.status}`);
    await response.body?.cancel();
  }
  return { lastMs };
}

/** See {@link ConversationsPlan}. */
export async function conversations(plan: ConversationsPlan): Promise<StormPlan["known"]> {
  const nameOf = (i: number) => `bench-person-${i}`;
  const peers = await openAll(plan.target, plan.people, nameOf);
  const known: StormPlan["known"] = {};
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let left = plan.people;
  peers.forEach((peer, i) => {
    peer.onFrame = (frame) => {
      if (frame.type !== "message") return;
      const { conversationId, seq } = frame.message;
      known[nameOf(i)] = { [conversationId]: { seq, rev: frame.rev } };
      if (--left === 0) resolve();
    };
  });
  await pool(plan.people / 2, OPEN_AT_ONCE, (i) => {
    const [sender, receiver] = [nameOf(2 * i), nameOf(2 * i + 1)];
    peers[2 * i]?.send({
      type: "send",
      clientId: `hello-${sender}`,
      receiverId: receiver,
      content: "Hello",
    });
    return Promise.resolve();
  });
  await all;
  return known;
}

/** See {@link StormPlan}. */
export async function storm(plan: StormPlan): Promise<StormResult> {
  const names = Array.from({ length: plan.sockets }, (_, i) => `bench-person-${i}`);
  // Signed beforehand: real clients have their tokens.
  const tokens = plan.target.secret === null
    ? []
    : await Promise.all(names.map((name) => signToken(plan.target.secret ?? "", name)));
  const failed = new Set<number>();
  const started = performance.now();
  await pool(plan.sockets, plan.atOnce, async (i) => {
    const name = names[i] ?? "";
    const { promise: resumed, resolve } = Promise.withResolvers<void>();
    const onClose = () => {
      failed.add(i);
      resolve();
    };
    try {
      const peer = await connect(plan.target, name, { token: tokens[i], onClose });
      peer.onFrame = (frame) => frame.type === "resumed" && resolve();
      peer.send({ type: "resume", conversations: plan.known[name] ?? {}, notifications: 0 });
      await resumed;
    } catch {
      failed.add(i);
    }
  });
  return { ms: performance.now() - started, errors: failed.size };
}

/** See {@link PushPlan}. */
export async function writeToEach(plan: PushPlan): Promise<{ sent: number }> {
  const sender = await connect(plan.target, plan.from);
  const { promise: all, resolve, reject } = Promise.withResolvers<void>();
  let left = plan.receivers.length;
  sender.onFrame = (frame) => {
    if (frame.type === "error") reject(new Error(frame.message));
    if (frame.type === "ack" && --left === 0) resolve();
  };
  for (const receiverId of plan.receivers) {
    sender.send({ type: "send", clientId: `to-${receiverId}`, receiverId, content: "See you!" });
  }
  await all;
  return { sent: plan.receivers.length };
}
