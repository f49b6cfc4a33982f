import assert from "node:assert/strict";
import { openStore } from "../kv/store.ts";
import { AppError } from "../shared/errors.ts";
import { HEARTBEAT_SECONDS, SOCKETS_PER_USER } from "../shared/limits.ts";
import { createMovableClock } from "../testing/identity_world.ts";
import { createRateLimiter } from "./rate_limiter.ts";
import { rateLimits } from "./rate_limits.ts";

const limits = { tight: { burst: 3, perSecond: 0.5 } };

async function world(scale = 1) {
  const store = await openStore({ kind: "memory" });
  const clock = createMovableClock();
  // Stands still but for `move`: a bucket refills by the clock and nothing else.
  let time = 1_000_000;
  const still = { ...clock, now: () => time };
  const make = () => createRateLimiter({ kv: store.kv, clock: still, scale, limits });
  return {
    limiter: make(),
    make,
    move: (ms: number) => void (time += ms),
    [Symbol.dispose]: () => store.close(),
  };
}

function refusal(error: unknown): AppError {
  assert.ok(error instanceof AppError);
  assert.equal(error.code, "rate_limited");
  return error;
}

function refusedSeconds(run: () => void): number | undefined {
  try {
    run();
  } catch (error) {
    return refusal(error).retryAfter;
  }
  return undefined;
}

Deno.test("rate limit: a burst passes, the next one is told how long to wait", async () => {
  using w = await world();
  for (let i = 0; i < 3; i++) w.limiter.take("tight", "ann");
  assert.equal(refusedSeconds(() => w.limiter.take("tight", "ann")), 2);
  // Somebody else has a bucket of their own.
  w.limiter.take("tight", "ben");
});

Deno.test("rate limit: the injected clock refills it, up to the burst and no further", async () => {
  using w = await world();
  for (let i = 0; i < 3; i++) w.limiter.take("tight", "ann");
  w.move(1999);
  assert.equal(refusedSeconds(() => w.limiter.take("tight", "ann")), 1);
  w.move(1);
  w.limiter.take("tight", "ann");
  w.move(3_600_000);
  for (let i = 0; i < 3; i++) w.limiter.take("tight", "ann");
  assert.ok(refusedSeconds(() => w.limiter.take("tight", "ann")));
});

Deno.test("rate limit: several tokens at once are all taken or none", async () => {
  using w = await world();
  w.limiter.take("tight", "ann", 2);
  assert.equal(refusedSeconds(() => w.limiter.take("tight", "ann", 2)), 2);
  w.limiter.take("tight", "ann", 1);
});

Deno.test("rate limit: RATE_LIMIT_SCALE multiplies burst and refill", async () => {
  using w = await world(10);
  for (let i = 0; i < 30; i++) w.limiter.take("tight", "ann");
  assert.equal(refusedSeconds(() => w.limiter.take("tight", "ann")), 1);
  w.move(200);
  w.limiter.take("tight", "ann");
});

Deno.test("rate limit: a name that is not in the table is a mistake in the program", async () => {
  using w = await world();
  assert.throws(() => w.limiter.take("tihgt", "ann"), /No rate limit has the name tihgt/);
});

Deno.test("rate limit: a kept one holds across servers and a restart", async () => {
  using w = await world();
  const other = w.make();
  await w.limiter.takeDurable("tight", "ann");
  await other.takeDurable("tight", "ann");
  await w.limiter.takeDurable("tight", "ann");
  const error = await w.make().takeDurable("tight", "ann").then(() => null, refusal);
  assert.equal(error?.retryAfter, 2);
  w.move(2000);
  await other.takeDurable("tight", "ann");
  await w.limiter.resetDurable("tight", "ann");
  for (let i = 0; i < 3; i++) await other.takeDurable("tight", "ann");
});

Deno.test("rate limit: of twenty that come at once the burst passes, from whichever server", async () => {
  using w = await world();
  const other = w.make();
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? other : w.limiter).takeDurable("tight", "ann")),
  );
  assert.equal(all.filter((one) => one.status === "fulfilled").length, 3);
  for (const one of all) if (one.status === "rejected") refusal(one.reason);
});

Deno.test("rate limits: twenty messages pasted in a second are never refused", async () => {
  const store = await openStore({ kind: "memory" });
  const clock = { ...createMovableClock(), now: () => 0 };
  const limiter = createRateLimiter({ kv: store.kv, clock, scale: 1 });
  for (let i = 0; i < 20; i++) {
    limiter.take("api", "ann");
    limiter.take("send", "ann");
  }
  store.close();
  for (const [name, { burst, perSecond }] of Object.entries(rateLimits)) {
    assert.ok(burst >= 1 && perSecond > 0, name);
  }
});

Deno.test("R10 all sockets of a person may beat, and come back together", () => {
  for (const name of ["socket", "resume", "visibility", "ping"] as const) {
    assert.ok(rateLimits[name].burst >= 2 * SOCKETS_PER_USER, name);
  }
  assert.ok(rateLimits.ping.perSecond >= SOCKETS_PER_USER / HEARTBEAT_SECONDS);
});
