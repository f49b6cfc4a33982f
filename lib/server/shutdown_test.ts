import assert from "node:assert/strict";
import { createGate } from "./gate.ts";
import { shutDown } from "./shutdown.ts";
import { silentLogger as log } from "../shared/logger.ts";
import { createFakeClock, settle } from "../testing/fake_clock.ts";

function world(closeServices: () => Promise<void>, closeListener = () => Promise.resolve()) {
  const steps: string[] = [];
  const clock = createFakeClock();
  const gate = createGate(() => new Promise<Response>(() => {}), { log, clock });
  const ended = () =>
    shutDown({
      gate,
      clock,
      log,
      services: {
        close: () => {
          steps.push("services");
          return closeServices();
        },
      },
      server: {
        shutdown: () => {
          steps.push("server");
          return closeListener();
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
  await settle();
  assert.deepEqual(steps, []);
  await clock.advance(2000);
  assert.equal(await result, true);
  assert.deepEqual(steps, ["services", "server"]);
});

Deno.test("shutDown: a peer that never hangs up does not make it fail", async () => {
  const { steps, clock, ended } = world(() => Promise.resolve(), () => new Promise(() => {}));
  const result = ended();
  await settle();
  assert.deepEqual(steps, ["services", "server"]);
  await clock.advance(1000);
  assert.equal(await result, true);
});

Deno.test("shutDown: is cut off after 5 s", async () => {
  const { clock, ended } = world(() => new Promise(() => {}));
  const result = ended();
  await clock.advance(5000);
  assert.equal(await result, false);
});

Deno.test("shutDown: a failure is reported, not thrown", async () => {
  const { ended } = world(() => Promise.reject(new Error("disk full")));
  assert.equal(await ended(), false);
});
