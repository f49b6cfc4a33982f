import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { keys } from "../kv/keys.ts";
import { settle, until } from "../testing/fake_clock.ts";
import { handshake } from "../testing/raw_socket.ts";
import { createWorld, principalOf } from "../testing/world.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

Deno.test("R10 messages that can't be taken close the socket with their code", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const cases: [string | Uint8Array<ArrayBuffer>, number][] = [
    ["not JSON", 4000],
    [new Uint8Array([1, 2, 3]), 4000],
    [JSON.stringify({ type: "ping", padding: "x".repeat(65_536) }), 4009],
    [JSON.stringify(Array(101).fill({ type: "ping" })), 4008],
  ];
  for (const [data, code] of cases) {
    const socket = await world.connect(ada);
    socket.socket.send(data);
    assert.equal(await socket.waitForClose(), code);
    assert.deepEqual(socket.of("bye").map((bye) => bye.code), [code]);
  }
  await until(() => world.hub.size === 0, "all are gone");
});

Deno.test("a frame that can't be read is an error, twenty-one in a row are too many", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const socket = await world.connect(ada);
  for (const frame of [{ type: "unknown" }, 7, null, [], { type: "read" }]) socket.send(frame);
  await socket.waitFor("error", 5);
  assert.ok(socket.of("error").every(({ code }) => code === "invalid"));
  await socket.roundTrip();
  for (let i = 0; i < 21; i++) socket.send({ type: "unknown" });
  assert.equal(await socket.waitForClose(), 4000);
});

Deno.test("R10 the twenty-first socket of somebody is closed, the others stay", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const sockets = await Promise.all(range(20).map(() => world.connect(ada)));
  const extra = await world.socket({ token: ada.token });
  assert.equal(await extra.waitForClose(), 4011);
  assert.equal(world.hub.size, 20);
  await sockets[0]!.roundTrip();
  await sockets[1]!.close();
  await until(() => world.hub.size === 19, "one has gone");
  await world.connect(ada);
});

Deno.test("R10 handshakes that break off are no sockets, and nobody is online by them", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  // What the runtime makes of a peer that is gone before the upgrade: no event ever comes.
  const silent = () =>
    Object.assign(new EventTarget(), {
      readyState: WebSocket.CONNECTING,
      bufferedAmount: 0,
      send: () => assert.fail("it is not open"),
      close: () => {},
    }) as unknown as WebSocket;
  for (const _ of range(25)) world.hub.accept(silent(), principalOf(ada));
  const early = await world.socket({ token: ada.token });
  assert.equal(await early.waitForClose(), 4011);
  await world.clock.advance(5000);
  assert.deepEqual([world.hub.size, world.hub.isOnline(ada.id)], [0, false]);
  await world.connect(ada);
});

Deno.test("R10 closed sockets whose peers do not hang up are counted", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const authorization = `Bearer ${ada.token}`;
  const open = async () => await handshake(await world.origin(), { authorization });
  const held: Deno.TcpConn[] = [];
  for (const round of [1, 2]) {
    for (const _ of range(20)) held.push((await open()).conn);
    await until(() => world.hub.size === 20, `round ${round} is there`);
    world.hub.disconnectAll();
    assert.equal(world.hub.size, 0);
  }
  const { status, headers, body, conn } = await open();
  conn.close();
  assert.deepEqual([status, JSON.parse(body).error.code], [429, "rate_limited"]);
  assert.equal(headers.get("retry-after"), "30");
  await (await world.connect(await world.person("Bo"))).roundTrip();
  held.pop()!.close();
  await until(() => world.hub.hasRoomFor(ada.id), "one has hung up");
  await (await world.connect(ada)).roundTrip();
  for (const conn of held) conn.close();
});

Deno.test("R10 twenty pasted messages pass, a flood is refused by frame type, and both go on", async () => {
  await using world = await createWorld({ rateLimitScale: 1 });
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const socket = await world.connect(ada);
  const send = (i: number) => ({
    type: "send",
    clientId: `m${i}`,
    receiverId: bo.id,
    content: `${i}`,
  });
  socket.send(range(20).map(send));
  await socket.waitFor("ack", 20);
  socket.send(range(100).map((i) => send(i + 20)));
  await until(
    () => socket.of("ack").length + socket.of("error").length === 120,
    "every frame is answered",
  );
  assert.equal(socket.of("ack").length, 100);
  assert.ok(socket.of("error").every(({ code }) => code === "rate_limited"));
  await socket.roundTrip();
  await world.clock.advance(1000);
  socket.send(send(999));
  await socket.waitFor("ack", 101);
});

Deno.test("R10 large answers wait until the peer has taken the ones before", async () => {
  // On a store that others share, every answer is read from it.
  await using world = await createWorld({ shared: true });
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const content = "文".repeat(5000);
  const sent = await Promise.all(
    range(60).map(() => world.chat.send(ada.id, { receiverId: bo.id, content })),
  );
  const { conversationId } = sent[0]!.message;
  // An answer is one reading of the messages.
  let read = 0;
  const { kv } = world.store;
  const list = kv.list.bind(kv);
  const prefix = JSON.stringify(keys.messages(conversationId));
  kv.list = ((...args: Parameters<typeof list>) => {
    if (JSON.stringify(args[0]).includes(prefix.slice(0, -1))) read++;
    return list(...args);
  }) as typeof kv.list;
  const frame = JSON.stringify({ type: "history", conversationId, after: 0, upTo: 60 });
  const slow = await handshake(await world.origin(), { authorization: `Bearer ${bo.token}` });
  using _ = { [Symbol.dispose]: () => slow.conn.close() };
  await until(() => world.hub.isOnline(bo.id), "the slow one is there");
  const text = new TextEncoder().encode(`[${Array(90).fill(frame).join(",")}]`);
  const head = [0x81, 0xfe, text.length >> 8, text.length & 255, 0, 0, 0, 0];
  await slow.conn.write(new Uint8Array([...head, ...text]));
  const pass = async () => {
    for (const _ of range(100)) await world.clock.advance(20);
  };
  await until(async () => {
    await pass();
    return read > 1;
  }, "the first answers are made");
  await pass();
  assert.ok(read < 45, `${read} answers were made for a peer that reads none`);
  world.clock.jump(31_000);
  await world.clock.advance(1);
  await until(() => world.hub.size === 0, "it is closed");

  const quick = await world.connect(bo);
  quick.send(Array(20).fill(JSON.parse(frame)));
  await until(async () => {
    await world.clock.advance(20);
    return quick.of("history").length === 20;
  }, "who reads gets all");
});

Deno.test("R10 a slow reader is closed with 4008 and slows nobody", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ];
  const room = await world.rooms.create({ userId: ada.id, role: "admin" }, {
    name: "Cohort",
    memberIds: [bo.id, cy.id],
  });
  const quick = await world.connect(cy);
  const slow = await handshake(await world.origin(), { authorization: `Bearer ${bo.token}` });
  await until(() => world.hub.isOnline(bo.id), "the slow one is there");
  // More than the buffers between the two processes' ends hold, and then the megabyte of ours.
  const content = "x".repeat(5000);
  let sent = 0;
  while (world.hub.size === 2 && sent < 6000) {
    await Promise.all(
      range(100).map(() => world.chat.send(ada.id, { conversationId: room.id, content })),
    );
    sent += 100;
    await quick.waitFor("message", sent);
  }
  assert.equal(world.hub.size, 1, `the slow reader is still served after ${sent} messages`);
  assert.deepEqual(quick.of("message").map(({ message }) => message.seq), range(sent));
  assert.equal(quick.closed, null);
  slow.conn.close();
});

Deno.test("a token that ends closes its socket, a refreshed one goes on", async () => {
  await using world = await createWorld();
  const ada = await world.person("Ada");
  const short = async (seconds: number) => await world.hostToken("host-1", seconds);
  const [one, two] = [
    await world.connect({ token: await short(60) }),
    await world.connect({ token: await short(60) }),
  ];
  two.send({ type: "refresh", token: await short(600) });
  await two.roundTrip();
  await settle();
  await world.clock.advance(61_000);
  assert.equal(await one.waitForClose(), 4012);
  await two.roundTrip();
  two.send({ type: "refresh", token: ada.token });
  two.send({ type: "refresh", token: "nonsense" });
  await two.waitFor("error", 2);
  assert.deepEqual(
    new Set(two.of("error").map(({ code }) => code)),
    new Set([
      "forbidden",
      "unauthenticated",
    ]),
  );
  world.clock.jump(600_000);
  await world.clock.advance(1);
  assert.equal(await two.waitForClose(), 4012);
});

Deno.test("a session that ends closes its sockets, on every server, and no others", async () => {
  await using world = await createWorld({ shared: true });
  const ada = await world.person("Ada");
  const other = await world.another();
  const again = await world.auth.login(
    { email: "ada@example.org", password: "long enough" },
    { userAgent: "test", address: "192.0.2.1" },
  );
  const here = await world.connect(ada);
  const there = await other.connect(ada);
  const stays = await world.connect({ token: again.token });
  await world.auth.logout(ada.id, ada.sessionId);
  assert.equal(await here.waitForClose(), 4001);
  await until(async () => {
    await world.clock.advance(1000);
    return there.closed !== null;
  }, "the other server's socket is closed");
  assert.equal(there.closed!.code, 4001);
  await stays.roundTrip();
});

Deno.test("a drain answers what was taken, says bye, closes with 1012, and takes nobody more", async () => {
  await using world = await createWorld();
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const socket = await world.connect(ada);
  socket.send(
    range(100).map((i) => (
      { type: "send", clientId: `${i}`, receiverId: bo.id, content: `${i}` }
    )),
  );
  await socket.waitFor("ack", 1);
  await world.hub.drain();
  assert.equal(await socket.waitForClose(), 1012);
  assert.equal(socket.of("ack").length, 100);
  assert.deepEqual(socket.frames.at(-1), { type: "bye", code: 1012, retryInMs: 0 });
  const late = await world.socket({ token: bo.token });
  assert.equal(await late.waitForClose(), 1012);
});

Deno.test("a peer that breaks off in the middle of things harms nobody", async () => {
  await using world = await createWorld();
  const [ada, bo] = [await world.person("Ada"), await world.person("Bo")];
  const a = await world.connect(ada);
  for (let i = 0; i < 5; i++) {
    const broken = await handshake(await world.origin(), { authorization: `Bearer ${bo.token}` });
    // Half a frame, then the connection is gone.
    await broken.conn.write(new Uint8Array([0x81, 0xfe, 0x10]));
    a.send({ type: "send", clientId: `${i}`, receiverId: bo.id, content: "x" });
    broken.conn.close();
  }
  await a.waitFor("ack", 5);
  await until(() => world.hub.size === 1, "the broken ones are forgotten");
  await sleep(0);
});
