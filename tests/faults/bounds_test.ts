/** R10 on the product as it is started, with its own limits: who goes too far hurts nobody else. */
import assert from "node:assert/strict";
import { BODY_MAX_BYTES, closeCode, SOCKETS_PER_USER } from "../../lib/shared/limits.ts";
import { handshake } from "../../lib/testing/raw_socket.ts";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { type Server, startServer } from "../support/server.ts";
import { settled } from "./support/oracle.ts";
import { fragments, readClose, send } from "./support/raw_frames.ts";
import { Rest, SECRET, tokenOf } from "./support/rest.ts";

/** A server with the limits that it has without configuration, and somebody who behaves. */
async function withServer(run: (server: Server) => Promise<void>): Promise<void> {
  await using server = await startServer({
    env: { JWT_SECRET: SECRET, DEMO: "off", RATE_LIMIT_SCALE: "1" },
  });
  await new Rest(() => server.origin, await tokenOf({ id: "bad" })).get("GET", "users/me");
  const good = await connect(server, "good");
  try {
    await run(server);
    // Whatever the others did: answered, and by the same socket as before.
    await good.roundTrip();
    good.send({ type: "send", clientId: "1", receiverId: "bad", content: "Still here" });
    await good.wait("ack");
    assert.equal(good.closed, null);
  } finally {
    await good.close();
  }
}

async function connect(server: Server, id: string): Promise<SocketClient> {
  const token = await tokenOf({ id });
  await new Rest(() => server.origin, token).get("GET", "users/me");
  const socket = new SocketClient(`${server.origin.replace("http", "ws")}/api/socket`, { token });
  await socket.wait("connected");
  return socket;
}

async function rawSocket(server: Server, id: string): Promise<Deno.TcpConn> {
  const authorization = `Bearer ${await tokenOf({ id })}`;
  const { status, conn } = await handshake(server.origin.replace("localhost", "127.0.0.1"), {
    authorization,
  });
  assert.equal(status, 101);
  return conn;
}

Deno.test("R10 too many frames are refused, then closed with 4008; the others are served", async () => {
  await withServer(async (server) => {
    const bad = await connect(server, "bad");
    const answers = () => bad.of("error").length + bad.of("pong").length;
    // At once, because each frame that the limit lets through in between begins the count anew.
    const batch = JSON.stringify(Array(100).fill({ type: "ping" }));
    for (let sent = 600; bad.closed === null; sent += 600) {
      assert.ok(sent < 20_000, `${sent} frames were read`);
      for (let i = 0; i < 6; i++) bad.socket.send(batch);
      await settled(() =>
        bad.closed || answers() >= sent ? null : `${answers()} of ${sent} are answered`
      );
    }
    // Where frames come after a close the runtime drops the connection instead, so the word counts.
    assert.deepEqual(bad.of("bye").map(({ code }) => code), [closeCode.tooSlow]);
    assert.ok(bad.of("error").every(({ code }) => code === "rate_limited"));
    assert.ok(bad.of("error").length >= 500);
    assert.ok(bad.of("pong").length >= 60, "what is within the limit is answered");
  });
});

Deno.test("R10 a flood that waits for no answer ends as soon, and the others are served", async () => {
  await withServer(async (server) => {
    const raw = await rawSocket(server, "bad");
    const batch = fragments(JSON.stringify(Array(100).fill({ type: "ping" })), 60_000)[0]!;
    let bytes = 0;
    const writing = (async () => {
      for (; bytes < 1e9; bytes += batch.length) await send(raw, batch);
    })().catch(() => {});
    // What is on its way when the server closes may take the close frame's place.
    await Promise.race([readClose(raw), writing]);
    raw.close();
    await writing;
    assert.ok(bytes < 1e9, "it is read for ever");
  });
});

Deno.test("R10 a message of 64 KiB is read, one byte more closes with 4009, in fragments too", async () => {
  await withServer(async (server) => {
    const bad = await connect(server, "bad");
    const padded = (bytes: number) => {
      const bare = JSON.stringify({ type: "ping", pad: "" });
      return bare.replace('""', `"${"x".repeat(bytes - bare.length)}"`);
    };
    bad.socket.send(padded(BODY_MAX_BYTES));
    // Of no use, but of a size that is read: an error, no end.
    await bad.wait("error", ({ code }) => code === "invalid");
    bad.socket.send(padded(BODY_MAX_BYTES + 1));
    assert.equal(await bad.waitForClose(), closeCode.frameTooLarge);

    const raw = await rawSocket(server, "bad");
    for (const piece of fragments(padded(BODY_MAX_BYTES), 1000)) await send(raw, piece);
    for (const piece of fragments(padded(4 * BODY_MAX_BYTES), 10_000)) await send(raw, piece);
    assert.equal(await readClose(raw), closeCode.frameTooLarge);
    raw.close();
  });
});

Deno.test("R10 the twenty-first socket is closed with 4011, and taken once another has gone", async () => {
  await withServer(async (server) => {
    const sockets: SocketClient[] = [];
    for (let i = 0; i < SOCKETS_PER_USER; i++) sockets.push(await connect(server, "bad"));
    const token = await tokenOf({ id: "bad" });
    const url = `${server.origin.replace("http", "ws")}/api/socket`;
    const extra = new SocketClient(url, { token });
    assert.equal(await extra.waitForClose(), closeCode.tooManySockets);
    const [bye] = extra.of("bye");
    assert.ok(bye && bye.retryInMs > 0, "it is told when to come back");
    await sockets.pop()!.close();
    let again = new SocketClient(url, { token });
    await settled(async () => {
      if (again.of("connected").length > 0) return null;
      if (again.closed) again = new SocketClient(url, { token });
      return await Promise.resolve("no room yet");
    });
    for (const socket of [...sockets, again]) await socket.close();
  });
});

Deno.test("R10 requests that never end their headers or bodies keep nobody out", async () => {
  await withServer(async (server) => {
    const { port } = new URL(server.origin);
    const halves = [
      "GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ",
      "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
      'Content-Length: 1000\r\n\r\n{"email":',
      "GET /api/socket HTTP/1.1\r\nUpgrade: websocket\r\n",
    ];
    const held: Deno.TcpConn[] = [];
    for (let i = 0; i < 150; i++) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      held.push(conn);
      await send(conn, new TextEncoder().encode(halves[i % halves.length]!));
    }
    const rest = new Rest(() => server.origin, await tokenOf({ id: "good" }));
    for (const path of ["health", "ready", "users/me"]) {
      assert.equal((await rest.once("GET", path)).status, 200);
    }
    for (const conn of held) conn.close();
  });
});
