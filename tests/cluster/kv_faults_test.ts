/** What three servers do while their KV server, or the way to it, fails. */
import assert from "node:assert/strict";
import type { Message } from "../../lib/shared/message_schema.ts";
import {
  assertOnceInOrder,
  heard,
  IN_THE_END_MS,
  introduce,
  type Node,
  readAll,
  startCluster,
  within,
} from "./support/cluster.ts";
import { startWaitingServer } from "./support/waiting_server.ts";

/** Seconds that the KV server is down; a minute in the long form: KV_DOWN_SECONDS=60. */
const DOWN_SECONDS = Number(Deno.env.get("KV_DOWN_SECONDS") ?? 8);
const FROZEN_SECONDS = 10;

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function readyStatus({ server }: Node): Promise<number> {
  const response = await fetch(`${server.origin}/api/ready`, {
    signal: AbortSignal.timeout(IN_THE_END_MS),
  });
  await response.body?.cancel();
  return response.status;
}

/** Somebody who goes on sending until told to stop, each message until it is acknowledged. */
function keepSending(nodes: readonly Node[], from: string, to: string, name: string) {
  let isOver = false;
  const acknowledged = new Map<string, Message>();
  let refused = 0;
  const run = async (lane: number) => {
    for (let i = 0; !isOver; i++) {
      const clientId = `${name}-${lane}-${i}`;
      for (;;) {
        const node = nodes[lane % nodes.length]!;
        const body = { receiverId: to, clientId, content: clientId };
        const { status, data } = await node.call(from, "POST", "/api/messages", body);
        if (status === 200 || status === 201) {
          acknowledged.set(clientId, data as Message);
          break;
        }
        // Whatever fails says that it may be tried again: nothing is wrong with the message.
        assert.equal(status, 503);
        refused++;
        if (isOver) break;
      }
    }
  };
  const lanes = nodes.map((_, lane) => run(lane));
  return {
    acknowledged,
    get refused() {
      return refused;
    },
    async stop() {
      isOver = true;
      await Promise.all(lanes);
    },
  };
}

/** R1, R2, R3: whatever was acknowledged is in the log, once, under its own number. */
function assertLog(log: readonly Message[], acknowledged: ReadonlyMap<string, Message>): void {
  assert.deepEqual(log.map(({ seq }) => seq), log.map((_, i) => i + 1), "the log has no gap");
  const byClientId = new Map(log.map((message) => [message.clientId, message]));
  assert.equal(byClientId.size, log.length, "no clientId made two messages");
  for (const [clientId, { id, seq }] of acknowledged) {
    const stored = byClientId.get(clientId);
    assert.deepEqual([stored?.id, stored?.seq], [id, seq], `${clientId} was acknowledged`);
  }
}

Deno.test("three servers and a KV server that fails", async (t) => {
  await using cluster = await startCluster();
  const { kv, nodes } = cluster;
  const [a, b, c] = nodes;

  await t.step("R3 a commit whose answer is lost is made once, and acknowledged", async () => {
    await introduce(a, "ada", "bo");
    const bo = await b.connect("bo");
    for (let i = 1; i <= 5; i++) {
      a.proxy.cutNextCommit = true;
      const body = { receiverId: "bo", clientId: `lost-${i}`, content: "still here?" };
      const answer = await a.call("ada", "POST", "/api/messages", body);
      assert.ok([200, 201].includes(answer.status), `${answer.status}`);
      assert.equal((answer.data as Message).seq, i);
    }
    assert.ok(a.proxy.cut >= 5, `${a.proxy.cut} answers were cut off`);
    await within(() => heard(bo).length >= 5, "bo hears them");
    assertOnceInOrder(bo, 5, "bo");
    await bo.close();
  });

  await t.step("R11 a watch that falls silent costs a poll, and is opened anew", async () => {
    await introduce(a, "cy", "dan");
    const dan = await b.connect("dan");
    b.proxy.muteWatches = true;
    const send = (i: number) =>
      a.call("cy", "POST", "/api/messages", { receiverId: "dan", content: `silent ${i}` });
    let sent = 0;
    await within(async () => {
      assert.equal((await send(++sent)).status, 201);
      await within(() => heard(dan).length === sent, "the poll finds it");
      return b.server.output().includes("The watch was silent and is opened anew");
    }, "the silence is noticed");
    assert.ok(b.proxy.muted > 0);
    b.proxy.muteWatches = false;
    await within(async () => {
      const began = performance.now();
      assert.equal((await send(++sent)).status, 201);
      await within(() => heard(dan).length === sent, "dan hears it");
      return performance.now() - began < 500;
    }, "the watch rings again");
    assertOnceInOrder(dan, sent, "dan");
    await dan.close();
  });

  await t.step("R2 R4 a slow way and one that is cut again and again lose nothing", async () => {
    await introduce(a, "eve", "fay");
    const fay = await c.connect("fay");
    a.proxy.delayMs = 30;
    const sending = keepSending(nodes, "eve", "fay", "rough");
    for (let i = 0; i < 12; i++) {
      await seconds(0.25);
      nodes[i % 3]!.proxy.cutAll();
      nodes[(i + 1) % 3]!.proxy.cutNextCommit = true;
    }
    a.proxy.delayMs = 0;
    for (const { proxy } of nodes) proxy.cutNextCommit = false;
    await sending.stop();
    const log = await readAll(b, "fay", "eve");
    assertLog(log, sending.acknowledged);
    await within(() => heard(fay).length >= log.length, "fay hears everything");
    assertOnceInOrder(fay, log.length, "fay");
    await fay.close();
  });

  const faults = [
    {
      name: `killed, down for ${DOWN_SECONDS} s`,
      begin: () => kv.kill(),
      wait: () => seconds(DOWN_SECONDS),
      end: () => kv.start(),
    },
    {
      name: `frozen for ${FROZEN_SECONDS} s`,
      begin: () => Promise.resolve(kv.freeze()),
      wait: () => seconds(FROZEN_SECONDS),
      end: () => Promise.resolve(kv.thaw()),
    },
  ];
  for (const [round, fault] of faults.entries()) {
    await t.step(
      `R1 R10 a KV server that is ${fault.name}: no false ack, 503, recovery in order`,
      async () => {
        const [from, to] = [`from-${round}`, `to-${round}`];
        await introduce(a, from, to);
        const listener = await b.connect(to);
        const sending = keepSending(nodes, from, to, `r${round}`);
        await within(() => sending.acknowledged.size >= 20, "messages flow");
        const writer = await c.connect(from);
        await fault.begin();
        const waiting = fault.wait();
        for (const node of nodes) {
          await within(async () => await readyStatus(node) === 503, "it is not ready");
        }
        // Whoever asks meanwhile is answered: refused or, where nothing is read, served.
        writer.send({ type: "ping" });
        await within(() => writer.of("pong").length > 1, "the socket lives");
        const count = sending.acknowledged.size;
        await waiting;
        assert.equal(sending.acknowledged.size, count, "nothing is acknowledged meanwhile");
        await fault.end();
        for (const node of nodes) {
          await within(async () => await readyStatus(node) === 200, "it is ready again");
        }
        await within(() => sending.acknowledged.size >= count + 20, "messages flow again");
        await sending.stop();
        const log = await readAll(a, to, from);
        assertLog(log, sending.acknowledged);
        await within(() => heard(listener).length >= log.length, "everything is heard");
        assertOnceInOrder(listener, log.length, "who listened");
        assert.equal(listener.closed, null, "no socket was closed for it");
        for (const socket of [listener, writer]) await socket.close();
      },
    );
  }
});

Deno.test("a server that starts while the KV server is away waits for it and says so", async () => {
  await using waiting = await startWaitingServer();
  await within(
    () => /Waiting for the KV server at http:\S+ \(try 2 of/.test(waiting.output()),
    "it says what it waits for",
  );
  assert.match(waiting.output(), /refused/i);
  await waiting.startKv();
  await within(() => waiting.isReady(), "it starts");
});
