import assert from "node:assert/strict";
import type { ClientFrame, ServerFrame } from "../shared/protocol.ts";
import { createFakeBrowser } from "../testing/fake_browser.ts";
import { settle } from "../testing/fake_clock.ts";
import { FakeNetwork } from "../testing/fake_socket.ts";
import { createSocketDriver } from "./socket_driver.ts";

const hello: ServerFrame[] = [
  {
    type: "connected",
    userId: "u",
    connectionId: "c1",
    heartbeatSeconds: 15,
    serverTime: "",
    epoch: "e1",
  },
  { type: "resumed", conversations: [], reset: [] },
];

/** `offset`: how far the machine's clock is off, in milliseconds, asked each time. */
function world(offset = () => 0) {
  const network = new FakeNetwork();
  const browser = createFakeBrowser(network);
  const { clock } = browser;
  const received: ServerFrame[] = [];
  const events: string[] = [];
  const driver = createSocketDriver({
    // Timers run by the time that passes, whatever the clock is set to.
    browser: { ...browser, clock: { now: () => clock.now() + offset(), after: clock.after } },
    userId: "u",
    resumeFrame: () => ({ type: "resume", conversations: {}, notifications: 7 }),
    receive: (frames) => received.push(...frames),
    onOnline: () => events.push("online"),
    onLost: () => events.push("lost"),
    onEpoch: (epoch) => events.push(epoch),
    onTabGone: () => events.push("gone"),
    checkSession: () => events.push("check"),
    ticket: () => Promise.resolve("t1"),
  });
  network.onsocket = (socket) => socket.deliver(...hello);
  return { network, browser, driver, received, events };
}
const typing = (n: number): ClientFrame => ({ type: "typing", conversationId: `${n}`, on: true });

Deno.test("frames of one turn go out as one message, in order, 100 at most", async () => {
  const { network, driver } = world();
  assert.equal(driver.send(typing(0)), false);
  driver.start();
  await settle();
  assert.deepEqual(network.socket.protocols, ["skilllink.v1"]);
  assert.deepEqual(network.socket.received.map(({ type }) => type), ["visibility", "resume"]);
  assert.equal(network.socket.texts, 1);
  for (let i = 0; i < 150; i++) assert.equal(driver.send(typing(i)), true);
  await settle();
  assert.equal(network.socket.texts, 3);
  assert.deepEqual(
    network.socket.framesOf("typing").map((frame) => Number(frame.conversationId)),
    Array.from({ length: 150 }, (_, i) => i),
  );
});

Deno.test("R10 one socket message stays under 64 KiB, whatever is in it", async () => {
  const { network, driver } = world();
  driver.start();
  await settle();
  const sizes: number[] = [];
  const { socket } = network;
  const send = socket.send.bind(socket);
  socket.send = (text) => {
    sizes.push(new TextEncoder().encode(text).length);
    send(text);
  };
  const content = "€".repeat(5000);
  for (let i = 0; i < 20; i++) {
    driver.send({ type: "send", clientId: `${i}`, receiverId: "u", content });
  }
  await settle();
  assert.equal(socket.framesOf("send").length, 20);
  assert.ok(Math.max(...sizes) < 64 * 1024);
});

Deno.test("what is no frame closes the socket with 4000, and the client comes back", async () => {
  const { network, driver, browser, events } = world();
  driver.start();
  await settle();
  network.socket.deliverText("{ not json");
  assert.equal(network.socket.closedByClient, 4000);
  assert.deepEqual(events, ["e1", "online", "lost"]);
  await browser.clock.advance(5000);
  assert.equal(driver.state.peek().kind, "online");
  assert.equal(network.sockets.length, 2);
});

Deno.test("4012 comes back with a ticket as the second subprotocol", async () => {
  const { network, driver, browser } = world();
  driver.start();
  await settle();
  await browser.clock.advance(10_000);
  network.socket.drop(4012);
  await settle();
  assert.deepEqual(network.socket.protocols, ["skilllink.v1", "ticket.t1"]);
  assert.equal(driver.state.peek().kind, "online");
});

Deno.test("an own sign-out closes the socket and says so once", async () => {
  const { network, driver } = world();
  driver.start();
  await settle();
  driver.signOut("left");
  assert.equal(network.socket.open, false);
  assert.deepEqual(driver.state.peek(), {
    kind: "signed_out",
    reason: "left",
    returnTo: "/chat/d_ben?x=1",
  });
  driver.signOut("ended");
  const state = driver.state.peek();
  assert.equal(state.kind === "signed_out" && state.reason, "left");
  assert.equal(driver.send(typing(1)), false);
});

Deno.test("a clock that is set back by an hour stops neither heartbeat nor reconnecting", async () => {
  let offset = 0;
  const { network, driver, browser: { clock } } = world(() => offset);
  driver.start();
  await settle();
  const { socket } = network;
  offset -= 3_600_000;
  await clock.advance(15_000);
  assert.equal(socket.framesOf("ping").length, 1);
  offset -= 3_600_000;
  await clock.advance(30_000);
  assert.equal(socket.open, false, "three heartbeats without a word");
  await clock.advance(1000);
  assert.equal(driver.state.peek().kind, "online");

  network.socket.drop();
  const waiting = driver.state.peek();
  assert.ok(waiting.kind === "waiting");
  assert.ok(waiting.until - (clock.now() + offset) < 1000, "as the machine's clock tells it");
  offset -= 3_600_000;
  await clock.advance(1000);
  assert.equal(driver.state.peek().kind, "online");
});
