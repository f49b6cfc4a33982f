import assert from "node:assert/strict";
import { createGate } from "./gate.ts";
import { silentLogger as log } from "../shared/logger.ts";
import { createFakeClock } from "../testing/fake_clock.ts";

const info: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  completed: Promise.resolve(),
};
const get = (path: string) => new Request(`http://localhost${path}`);

Deno.test("gate: an open one lets everything through", async () => {
  const gate = createGate((request) => new Response(new URL(request.url).pathname), { log });
  assert.equal(await (await gate.handle(get("/chat"), info)).text(), "/chat");
});

Deno.test("gate: a shut one answers 503 with the envelope of the contract", async () => {
  const gate = createGate(() => new Response("reached"), { log });
  gate.shut();
  for (const path of ["/api/ready", "/api/messages/conversations", "/chat"]) {
    const response = await gate.handle(get(path), info);
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "2");
    const body = await response.json();
    assert.equal(body.success, false);
    assert.equal(body.error.code, "unavailable");
    assert.equal(body.error.requestId, response.headers.get("x-request-id"));
  }
});

Deno.test("gate: liveness is still answered by a shut one", async () => {
  const gate = createGate(() => new Response("alive"), { log });
  gate.shut();
  assert.equal(await (await gate.handle(get("/api/health"), info)).text(), "alive");
});

Deno.test("gate: idle waits for what is under way", async () => {
  const answer = Promise.withResolvers<Response>();
  const gate = createGate(() => answer.promise, { log, clock: createFakeClock() });
  const response = gate.handle(get("/"), info);
  gate.shut();
  const idle = gate.idle(2000);
  answer.resolve(new Response("late"));
  assert.equal(await idle, true);
  assert.equal((await response).status, 200);
});

Deno.test("gate: idle gives up when its time is over, and an idle gate says so at once", async () => {
  const clock = createFakeClock();
  const gate = createGate(() => new Promise(() => {}), { log, clock });
  assert.equal(await gate.idle(2000), true);
  void gate.handle(get("/"), info);
  const idle = gate.idle(2000);
  await clock.advance(2000);
  assert.equal(await idle, false);
});

Deno.test("gate: a handler that throws is no longer under way", async () => {
  const gate = createGate(() => Promise.reject(new Error("broken")), { log });
  await assert.rejects(Promise.resolve(gate.handle(get("/"), info)), /broken/);
  assert.equal(await gate.idle(2000), true);
});
