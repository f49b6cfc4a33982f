import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerFrame } from "../shared/protocol.ts";
import {
  backoffMs,
  type Connection,
  deadlineOf,
  type Effect,
  initialConnection,
  type Input,
  step,
} from "./connection.ts";

const connected: ServerFrame = {
  type: "connected",
  userId: "u",
  connectionId: "c1",
  heartbeatSeconds: 15,
  serverTime: "2026-01-05T09:00:00.000Z",
  epoch: "e1",
};
const resumed: ServerFrame = { type: "resumed", conversations: [], reset: [] };
const pong: ServerFrame = { type: "pong", serverTime: "2026-01-05T09:00:00.000Z" };

/** A machine with a clock of its own. */
function machine(random = 1) {
  let connection: Connection = initialConnection;
  let now = 0;
  let effects: Effect[] = [];
  const m = {
    get connection() {
      return connection;
    },
    get phase() {
      return connection.phase;
    },
    get now() {
      return now;
    },
    /** Of the last input. */
    get effects() {
      return effects;
    },
    did: (type: Effect["type"]) => effects.filter((effect) => effect.type === type),
    input(input: Input) {
      ({ connection, effects } = step(connection, input, { now, random }));
      return m;
    },
    /** Time passes, with the ticks that are due. */
    wait(ms: number) {
      const until = now + ms;
      for (let due = deadlineOf(connection); due !== null && due <= until;) {
        now = Math.max(now, due);
        m.input({ type: "tick" });
        due = deadlineOf(connection);
      }
      now = until;
      return m;
    },
    /** Time passes and no timer runs: the machine sleeps. */
    sleep(ms: number) {
      now += ms;
      return m;
    },
    frames(...frames: ServerFrame[]) {
      return m.input({ type: "frames", socket: connection.sockets, frames });
    },
    closed: (code: number) => m.input({ type: "closed", socket: connection.sockets, code }),
    start: () => m.input({ type: "start", networkUp: true, visible: true }),
    online: () => m.start().frames(connected, resumed),
  };
  return m;
}

Deno.test("a connection opens, says whether it is seen, resumes, and then is online", () => {
  const m = machine().start();
  assert.deepEqual(m.effects, [{ type: "open", socket: 1, fresh: false }]);
  m.frames(connected);
  assert.equal(m.phase.kind, "resuming");
  assert.deepEqual(m.effects, [
    { type: "send", socket: 1, frames: [{ type: "visibility", visible: true }] },
    { type: "resume", socket: 1 },
  ]);
  const typing: ServerFrame = { type: "typing", conversationId: "c", userId: "u", on: true };
  m.frames(typing, resumed);
  assert.equal(m.phase.kind, "online");
  assert.deepEqual(m.effects, [{ type: "deliver", frames: [typing, resumed] }]);
});

Deno.test("frames and ends of an older socket change nothing", () => {
  const m = machine().online();
  m.closed(1006).wait(500);
  assert.equal(m.connection.sockets, 2);
  const before = m.connection;
  m.input({ type: "frames", socket: 1, frames: [connected] });
  m.input({ type: "closed", socket: 1, code: 4001 });
  assert.equal(m.connection, before);
});

Deno.test("backoff has full jitter from 0.5 to 30 s", () => {
  assert.deepEqual([0, 1, 2, 5, 6, 7, 1000].map((n) => backoffMs(n, 1)), [
    500,
    1000,
    2000,
    16000,
    30000,
    30000,
    30000,
  ]);
  assert.equal(backoffMs(9, 0), 0);
  const m = machine(1).start();
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    m.closed(1006);
    if (m.phase.kind !== "waiting") throw new Error(`is ${m.phase.kind}`);
    waits.push(m.phase.until - m.now);
    m.wait(m.phase.until - m.now);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

Deno.test("a connection that fails at once does not start the backoff anew, one that held does", () => {
  const m = machine().online();
  for (const expected of [1, 2, 3]) {
    m.closed(1006);
    assert.equal(m.phase.kind === "waiting" && m.phase.attempt, expected);
    m.input({ type: "retry" }).frames(connected, resumed);
  }
  m.wait(10_000).closed(1006);
  assert.equal(m.phase.kind === "waiting" && m.phase.attempt, 1);
});

Deno.test("a silent peer is pinged every 15 s and taken for dead after 45 s", () => {
  const m = machine().online();
  m.wait(15_000);
  assert.deepEqual(m.effects, [{ type: "send", socket: 1, frames: [{ type: "ping" }] }]);
  m.wait(29_999);
  assert.equal(m.phase.kind, "online");
  m.wait(1);
  assert.equal(m.phase.kind, "waiting");
  assert.deepEqual(m.did("close"), [{ type: "close", socket: 1 }]);
});

Deno.test("a peer that answers pings stays", () => {
  const m = machine().online();
  for (let i = 0; i < 40; i++) m.wait(15_000).frames(pong);
  assert.equal(m.phase.kind, "online");
  assert.equal(m.connection.sockets, 1);
});

Deno.test("after sleep the socket is probed and given 5 s", () => {
  const alive = machine().online().sleep(3_600_000).input({ type: "tick" });
  assert.equal(alive.phase.kind, "online");
  assert.deepEqual(alive.did("send").length, 1);
  alive.wait(4000).frames(pong).wait(10_000);
  assert.equal(alive.phase.kind, "online");

  const dead = machine().online().sleep(3_600_000).input({ type: "tick" }).wait(5000);
  assert.equal(dead.phase.kind, "waiting");
});

Deno.test("a network that changed is no promise: the socket is probed, a wait is cut short", () => {
  const m = machine().online().input({ type: "network", up: false });
  assert.deepEqual(m.did("send").length, 1);
  m.wait(5000);
  assert.equal(m.phase.kind === "waiting" && m.phase.until - m.now, 30_000);
  m.input({ type: "network", up: true });
  assert.equal(m.phase.kind, "connecting");
});

Deno.test("a window that is seen again tells the server, probes a quiet socket, and does not wait", () => {
  const m = machine().online().wait(1000).input({ type: "visibility", visible: false });
  assert.deepEqual(m.effects, [
    { type: "send", socket: 1, frames: [{ type: "visibility", visible: false }] },
  ]);
  m.wait(9000).input({ type: "visibility", visible: true });
  assert.deepEqual(m.effects.map((e) => e.type === "send" && e.frames[0]?.type), [
    "ping",
    "visibility",
  ]);
  m.frames(pong).closed(1006);
  m.input({ type: "visibility", visible: true });
  assert.equal(m.phase.kind, "connecting");
});

Deno.test("4001 signs out for good; no input brings it back", () => {
  const m = machine().online().closed(4001);
  assert.equal(m.phase.kind, "signed_out");
  m.start().input({ type: "retry" }).input({ type: "network", up: true }).input({ type: "thaw" });
  assert.equal(m.phase.kind, "signed_out");
  assert.equal(deadlineOf(m.connection), null);
});

Deno.test("4012 connects again at once with a new token, but not in a circle", () => {
  const m = machine().online().wait(10_000).closed(4012);
  assert.deepEqual(m.effects, [{ type: "open", socket: 2, fresh: true }]);
  m.frames(connected, resumed).closed(4012);
  assert.equal(m.phase.kind, "waiting");
});

Deno.test("1012 after `bye` waits as long as the server said", () => {
  const m = machine().online().frames({ type: "bye", code: 1012, retryInMs: 1234 }).closed(1012);
  assert.equal(m.phase.kind === "waiting" && m.phase.until - m.now, 1234);
  m.wait(1234).closed(1006);
  assert.notEqual(m.phase.kind === "waiting" && m.phase.until - m.now, 1234);
});

Deno.test("a server that complains is given more time: 4008, 4009, 4000 a second, 4011 half a minute", () => {
  for (const [code, least] of [[4008, 1000], [4009, 1000], [4000, 1000], [4011, 30_000]] as const) {
    const m = machine(0).online().closed(code);
    assert.equal(m.phase.kind === "waiting" && m.phase.until - m.now, least, String(code));
  }
});

Deno.test("no greeting in 10 s, no end of the resume in 30 s, or a refused resume: again", () => {
  const silent = machine().start().wait(10_000);
  assert.equal(silent.phase.kind, "waiting");
  const stuck = machine().start().frames(connected);
  stuck.wait(15_000).frames(pong).wait(15_000);
  assert.equal(stuck.phase.kind, "waiting");
  const refused = machine().start().frames(connected);
  refused.frames({ type: "error", code: "rate_limited", message: "" });
  assert.equal(refused.phase.kind, "waiting");
  assert.equal(refused.did("close").length, 1);
});

Deno.test("a handshake that fails twice asks over HTTP whether the session still stands", () => {
  const m = machine().start().closed(1006);
  assert.equal(m.did("check_session").length, 0);
  m.input({ type: "retry" }).closed(1006);
  assert.equal(m.did("check_session").length, 1);
});

Deno.test("the back/forward cache: the socket goes, no timer runs, and coming back connects", () => {
  const m = machine().online().input({ type: "freeze" });
  assert.deepEqual(m.effects, [{ type: "close", socket: 1 }]);
  assert.equal(deadlineOf(m.connection), null);
  m.input({ type: "thaw" });
  assert.deepEqual(m.effects, [{ type: "open", socket: 2, fresh: false }]);
});

Deno.test("whatever happens, the machine is signed out, frozen, idle, or has something due", () => {
  const input = fc.oneof(
    fc.constantFrom<Input>(
      { type: "start", networkUp: true, visible: true },
      { type: "tick" },
      { type: "network", up: true },
      { type: "network", up: false },
      { type: "visibility", visible: false },
      { type: "visibility", visible: true },
      { type: "freeze" },
      { type: "thaw" },
      { type: "retry" },
    ),
    fc.record({
      type: fc.constant("closed" as const),
      socket: fc.integer({ min: 0, max: 6 }),
      code: fc.constantFrom(1006, 1012, 4000, 4008, 4009, 4011, 4012),
    }),
    fc.record({
      type: fc.constant("frames" as const),
      socket: fc.integer({ min: 0, max: 6 }),
      frames: fc.subarray<ServerFrame>([
        connected,
        { type: "bye", code: 1012, retryInMs: 99_999_999 },
        resumed,
        pong,
        { type: "error", code: "invalid", message: "" },
      ]),
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(input, fc.nat(100_000)), { maxLength: 60 }),
      (inputs) => {
        let connection = initialConnection;
        let now = 0;
        const open = new Set<number>();
        for (const [next, ms] of inputs) {
          now += ms;
          const result = step(connection, next, { now, random: 0.9 });
          connection = result.connection;
          if (next.type === "closed") open.delete(next.socket);
          for (const effect of result.effects) {
            if (effect.type === "open") open.add(effect.socket);
            if (effect.type === "close") open.delete(effect.socket);
          }
          const { phase } = connection;
          assert.ok(open.size <= 1, "one socket at most");
          if (["idle", "frozen", "signed_out"].includes(phase.kind)) continue;
          const due = deadlineOf(connection);
          assert.ok(due !== null && due - now <= 60_000, `nothing is due in ${phase.kind}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});
