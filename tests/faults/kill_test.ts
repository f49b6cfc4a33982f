/** kill -9 in the middle of sends: nothing that was acknowledged is lost, nothing is there twice. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import type { Message } from "../../lib/shared/message_schema.ts";
import type { Position } from "../../lib/shared/protocol.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { type Server, startServer } from "../support/server.ts";

const SECRET = "a secret of the kill test, of more than 32 characters";
const ROUNDS = 5;
const IN_FLIGHT = 40;
const seed = Number(Deno.env.get("SEED") ?? Date.now() % 1_000_000);

/** mulberry32: small, and the same on every machine. */
function randomFrom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function tokenOf(user: string): Promise<string> {
  return new SignJWT({ name: user, sub: user })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}

/** Somebody who writes, keeps what is not acknowledged, and never forgets what was told. */
class Writer {
  /** Content by clientId: sent and not acknowledged. */
  readonly outbox = new Map<string, string>();
  readonly acknowledged = new Map<string, number>();
  readonly heard: number[] = [];
  #rev = 0;
  #next = 0;
  #taken = 0;
  #socket: SocketClient | null = null;

  constructor(readonly name: string, readonly partner: string, private readonly token: string) {}

  async connect(server: Server, conversationId: string | null): Promise<void> {
    const socket = new SocketClient(`${server.origin.replace("http", "ws")}/api/socket`, {
      token: this.token,
    });
    this.#taken = 0;
    await socket.wait("connected");
    const known: Record<string, Position> = conversationId === null
      ? {}
      : { [conversationId]: { seq: this.heard.at(-1) ?? 0, rev: this.#rev } };
    socket.send({ type: "resume", conversations: known, notifications: 0 });
    await socket.wait("resumed");
    this.#socket = socket;
    // Whatever was not acknowledged goes out again under its own name.
    for (const [clientId, content] of this.outbox) this.#post(clientId, content);
    this.take();
  }

  /** Takes in what has come, and keeps the pipe full. */
  take(refill = true): void {
    const socket = this.#socket;
    if (!socket) return;
    for (const frame of socket.frames.slice(this.#taken)) {
      this.#taken++;
      if (frame.type === "ack") {
        const before = this.acknowledged.get(frame.clientId);
        assert.ok(before === undefined || before === frame.message.seq, "one clientId, two seqs");
        this.acknowledged.set(frame.clientId, frame.message.seq);
        this.outbox.delete(frame.clientId);
      } else if (frame.type === "message") {
        this.heard.push(frame.message.seq);
        this.#rev = Math.max(this.#rev, frame.rev);
      } else if (frame.type === "error") assert.fail(JSON.stringify(frame));
    }
    while (refill && socket.closed === null && this.outbox.size < IN_FLIGHT) {
      const clientId = `${this.name}-${this.#next++}`;
      this.outbox.set(clientId, `message ${clientId}`);
      this.#post(clientId, `message ${clientId}`);
    }
  }

  #post(clientId: string, content: string): void {
    if (this.#socket?.socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send({ type: "send", clientId, receiverId: this.partner, content });
  }

  get isClosed(): boolean {
    return this.#socket?.closed !== null;
  }

  async close(): Promise<void> {
    await this.#socket?.close();
  }
}

async function readAll(server: Server, token: string, partner: string): Promise<Message[]> {
  const all: Message[] = [];
  for (let after: string | null = "0"; after !== null;) {
    const response: Response = await fetch(
      `${server.origin}/api/messages/conversation/${partner}?limit=200&after=${after}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const { data, page } = await response.json();
    all.push(...data);
    after = page.after;
  }
  return all;
}

Deno.test(`R1 R2 R3 R5 kill -9 in the middle of sends (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  await using server = await startServer({ env: { JWT_SECRET: SECRET, DEMO: "off" } });
  const [adaToken, boToken] = [await tokenOf("ada"), await tokenOf("bo")];
  const writers = [new Writer("ada", "bo", adaToken), new Writer("bo", "ada", boToken)] as const;
  // Each must exist before the other can write to them.
  for (const token of [adaToken, boToken]) {
    const response = await fetch(`${server.origin}/api/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }
  let conversationId: string | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    for (const writer of writers) await writer.connect(server, conversationId);
    const end = performance.now() + 100 + random() * 600;
    await until(
      () => {
        for (const writer of writers) writer.take();
        return performance.now() > end;
      },
      "the time to kill",
      10_000,
    );
    await server.kill();
    await until(() => writers.every(({ isClosed }) => isClosed), "the sockets break");
    for (const writer of writers) {
      writer.take(false);
      await writer.close();
    }
    await server.start();
    const [first] = await readAll(server, adaToken, "bo");
    conversationId = first?.conversationId ?? null;
  }

  for (const writer of writers) await writer.connect(server, conversationId);
  await until(
    () => {
      for (const writer of writers) writer.take(false);
      return writers.every(({ outbox }) => outbox.size === 0);
    },
    "everything is acknowledged",
    20_000,
  );
  const messages = await readAll(server, adaToken, "bo");
  await until(
    () => {
      for (const writer of writers) writer.take(false);
      return writers.every(({ heard }) => heard.at(-1) === messages.length);
    },
    "everybody hears everything",
    20_000,
  );
  for (const writer of writers) await writer.close();

  const seqs = messages.map(({ seq }) => seq);
  assert.deepEqual(seqs, seqs.map((_, i) => i + 1), "the log has a gap or a repeat");
  const seqOf = new Map(messages.map((message) => [message.clientId, message.seq]));
  assert.equal(seqOf.size, messages.length, "a clientId made two messages");
  let acknowledged = 0;
  for (const writer of writers) {
    for (const [clientId, seq] of writer.acknowledged) {
      assert.equal(seqOf.get(clientId), seq, `${clientId} was acknowledged and is lost`);
      acknowledged++;
    }
    assert.deepEqual(writer.heard, seqs, `${writer.name} did not hear 1..head exactly once`);
  }
  assert.equal(acknowledged, messages.length);
  assert.ok(messages.length > ROUNDS * IN_FLIGHT, `only ${messages.length} messages were sent`);
});
