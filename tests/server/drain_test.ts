/** What a server that is told to end does with those who are connected. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import type { Message } from "../../lib/shared/message_schema.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { type Server, startServer } from "../support/server.ts";

const SECRET = "a secret of the drain test, of more than 32 characters";
const SOCKETS = 12;
const SENDS = 150;
/** Over how long clients are to come back (docs/protocol.md). */
const SPREAD_MS = 5000;

function tokenOf(user: string): Promise<string> {
  return new SignJWT({ name: user, sub: user })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}

async function get(server: Server, path: string, token?: string) {
  const response = await fetch(server.origin + path, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    json: await response.json(),
  };
}

/** A request that the server has begun and can't end before `end` is called. */
async function holdRequest(server: Server, token: string): Promise<{ end(): Promise<void> }> {
  const { hostname, port } = new URL(server.origin);
  const conn = await Deno.connect({ hostname, port: Number(port) });
  const encoder = new TextEncoder();
  await conn.write(encoder.encode([
    "PATCH /api/users/me HTTP/1.1",
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    "Content-Length: 14",
    "Expect: 100-continue",
    "",
    "",
  ].join("\r\n")));
  // It asks for the body, so somebody is at it.
  const buffer = new Uint8Array(1024);
  const length = await conn.read(buffer);
  assert.match(new TextDecoder().decode(buffer.subarray(0, length ?? 0)), /^HTTP\/1.1 100/);
  return {
    async end() {
      await conn.write(encoder.encode('{"name":"Ada"}'));
      const answered = await conn.read(buffer);
      assert.match(new TextDecoder().decode(buffer.subarray(0, answered ?? 0)), /^HTTP\/1.1 200/);
      conn.close();
    },
  };
}

Deno.test("R1 R3 SIGTERM with open sockets: 503, bye with a spread, 1012, and nothing lost or doubled", async () => {
  await using server = await startServer({ env: { JWT_SECRET: SECRET, DEMO: "off" } });
  const [ada, bo] = [await tokenOf("ada"), await tokenOf("bo")];
  for (const token of [ada, bo]) {
    assert.equal((await get(server, "/api/users/me", token)).status, 200);
  }
  const connect = async (token: string) => {
    const socket = new SocketClient(`${server.origin.replace("http", "ws")}/api/socket`, { token });
    await socket.wait("connected");
    return socket;
  };
  const sockets = await Promise.all(
    Array.from({ length: SOCKETS }, (_, n) => connect(n % 2 ? ada : bo)),
  );
  const [sender] = sockets;
  assert.ok(sender);
  const held = await holdRequest(server, bo);

  const sends = Array.from({ length: SENDS }, (_, n) => ({
    type: "send",
    clientId: `m${n}`,
    receiverId: "ada",
    content: `message ${n}`,
  }));
  // Half before the signal, half while it is on its way.
  for (const frame of sends.slice(0, SENDS / 2)) sender.send(frame);
  Deno.kill(server.pid, "SIGTERM");
  for (const frame of sends.slice(SENDS / 2)) {
    if (sender.socket.readyState === WebSocket.OPEN) sender.send(frame);
  }
  let ready = await get(server, "/api/ready");
  await until(async () => {
    if (ready.status === 200) ready = await get(server, "/api/ready");
    return ready.status !== 200;
  }, "it says that it is ready no more");
  assert.deepEqual([ready.status, ready.json.error.code], [503, "unavailable"]);
  assert.ok(Number(ready.retryAfter) > 0);
  await held.end();

  const codes = await Promise.all(sockets.map((socket) => socket.waitForClose()));
  assert.deepEqual(new Set(codes), new Set([1012]));
  const waits = sockets.map((socket) => {
    const last = socket.frames.at(-1);
    assert.ok(last?.type === "bye" && last.code === 1012, JSON.stringify(last));
    assert.ok(last.retryInMs >= 0 && last.retryInMs <= SPREAD_MS, `${last.retryInMs} ms`);
    return last.retryInMs;
  });
  assert.ok(new Set(waits).size > SOCKETS / 2, `they come back together: ${waits.join(", ")}`);
  // By its own clock: what is not over after five seconds is cut off, and ends with 1.
  assert.equal(await server.ended(), 0);

  const acknowledged = new Map(
    sender.of("ack").map(({ clientId, message }) => [clientId, message.seq]),
  );
  const refused = new Set(sender.of("error").map(({ clientId }) => clientId));
  await server.start();
  const again = await connect(bo);
  const rest = sends.filter(({ clientId }) => !acknowledged.has(clientId));
  for (const frame of rest) again.send(frame);
  await again.waitFor("ack", rest.length);
  const { json } = await get(server, "/api/messages/conversation/bo?limit=200", ada);
  const seqOf = new Map((json.data as Message[]).map(({ clientId, seq }) => [clientId, seq]));
  assert.equal(json.data.length, SENDS, "each is there once");
  assert.equal(seqOf.size, SENDS);
  for (const [clientId, seq] of acknowledged) {
    assert.equal(seqOf.get(clientId), seq, `${clientId} was acknowledged`);
    assert.ok(!refused.has(clientId), `${clientId} was acknowledged and refused`);
  }
  await again.close();
});
