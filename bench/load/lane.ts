/** Messages from one person to another. */
import { connect, type Peer, type Target } from "./peer.ts";

/** A message of usual length. */
export const CONTENT = "Could you have a look at the second exercise before tomorrow's session?";

/** Sends from `from` to `to`; a message is done when it is acknowledged and has arrived. */
export class Lane {
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

export async function openLane(target: Target, from: string, to: string): Promise<Lane> {
  const [sender, receiver] = await Promise.all([connect(target, from), connect(target, to)]);
  return new Lane(sender, receiver, `${from}-${crypto.randomUUID().slice(0, 8)}`, to);
}
