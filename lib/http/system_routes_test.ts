import assert from "node:assert/strict";
import { createRestWorld } from "../testing/rest_world.ts";

Deno.test("GET /api/health and /api/ready: 200 while all is well", async () => {
  await using world = await createRestWorld();
  const health = await world.ask("GET", "/api/health");
  assert.deepEqual([health.status, health.json.data], [200, { status: "ok" }]);
  const ready = await world.ask("GET", "/api/ready");
  assert.deepEqual([ready.status, ready.json.data], [200, { status: "ready" }]);
});

Deno.test("GET /api/ready: 503 with Retry-After while draining or without the store", async () => {
  await using draining = await createRestWorld({ services: { draining: () => true } });
  await using cut = await createRestWorld();
  cut.services.store = { ...cut.store, reachable: () => Promise.resolve(false) };
  for (const world of [draining, cut]) {
    const { status, headers, json } = await world.ask("GET", "/api/ready");
    assert.deepEqual([status, json.error.code], [503, "unavailable"]);
    assert.ok(Number(headers.get("retry-after")) > 0);
    assert.equal((await world.ask("GET", "/api/health")).status, 200);
  }
});

Deno.test("probes: answer without the store, whatever they bring, and are never limited", async () => {
  await using world = await createRestWorld({ config: { rateLimitScale: 0.001 } });
  world.services.auth = {
    ...world.auth,
    authenticateCookie: () => Promise.reject(new Error("the store is away")),
  };
  const cookie = "A".repeat(43);
  for (let i = 0; i < 5; i++) {
    assert.equal((await world.ask("GET", "/api/health", { cookie })).status, 200);
    assert.equal((await world.ask("GET", "/api/ready", { token: "bad" })).status, 200);
  }
});
