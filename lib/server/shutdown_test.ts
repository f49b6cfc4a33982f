import assert from "node:assert/strict";
import { createGate } from "./gate.ts";
import { shutDown } from "./shutdown.ts";
import { silentLogger } from "../shared/logger.ts";
import type { Clock } from "../shared/clock.ts";

/** A clock that rings its timers in order when told to. */
function handClock(): Clock & { ring(ms: number): void } {
  const timers: { ms: number; run: () => void }[] = [];
  return {
    now: () => 0,
    after(ms, run) {
      const timer = { ms, run };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
    ring(ms) {
      for (const timer of [...timers]) if (timer.ms <= ms) timer.run();
    },
  };
}

function world(closeServices: () => Promise<void>) {
  const steps: string[] = [];
  const clock = handClock();
  const gate = createGate(() => new Promise<Response>(() => {}), clock);
  const ended = () =>
    shutDown({
      gate,
      clock,
      log: silentLogger,
      services: {
        close: () => {
          steps.push("services");
          return closeServices();
        },
      },
      server: {
        shutdown: () => {
          steps.push("server");
          return Promise.resolve();
        },
      },
    });
  return { steps, clock, gate, ended };
}

Deno.test("shutDown: the services end before the listener, and new requests get 503", async () => {
  const { steps, gate, ended } = world(() => Promise.resolve());
  assert.equal(await ended(), true);
  assert.deepEqual(steps, ["services", "server"]);
  const request = new Request("http://localhost/chat");
  const response = await gate.handle(request, {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  });
  assert.equal(response.status, 503);
});

Deno.test("shutDown: a request that does not end holds nothing up for longer than 2 s", async () => {
  const { steps, clock, gate, ended } = world(() => Promise.resolve());
  void gate.handle(new Request("http://localhost/"), {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  });
  const result = ended();
  assert.deepEqual(steps, []);
  clock.ring(2000);
  assert.equal(await result, true);
  assert.deepEqual(steps, ["services", "server"]);
});

Deno.test("shutDown: is cut off after 5 s", async () => {
  const { clock, ended } = world(() => new Promise(() => {}));
  const result = ended();
  clock.ring(5000);
  assert.equal(await result, false);
});

Deno.test("shutDown: a failure is reported, not thrown", async () => {
  const { ended } = world(() => Promise.reject(new Error("disk full")));
  assert.equal(await ended(), false);
});
