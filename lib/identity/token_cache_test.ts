import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createIdentityWorld } from "../testing/identity_world.ts";
import { type CheckedToken, rememberTokens } from "./token_cache.ts";

const SECRET = "the-secret-that-both-sides-know-of";

/** A check that takes every token, counted; `lasts` tells for how long. */
function counted(lasts: Partial<CheckedToken> = {}) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const check = rememberTokens((token) => {
    asked.push(token);
    if (token === "bad") return Promise.reject(new Error("refused"));
    return Promise.resolve({
      expiresAt: clock.now() + 1000,
      recheckAt: Infinity,
      ...lasts,
      token,
    });
  }, clock);
  return { clock, asked, check };
}

Deno.test("tokens: a good one is checked once, each for itself", async () => {
  const { asked, check } = counted();
  for (let i = 0; i < 3; i++) {
    assert.equal((await check("a")).token, "a");
    assert.equal((await check("b")).token, "b");
  }
  assert.deepEqual(asked, ["a", "b"]);
});

Deno.test("tokens: a bad one is checked each time", async () => {
  const { asked, check } = counted();
  for (let i = 0; i < 3; i++) await assert.rejects(check("bad"), /refused/);
  assert.equal(asked.length, 3);
});

Deno.test("tokens: one is checked again at its end, and when its key may be gone", async () => {
  const { clock, asked, check } = counted();
  await check("a");
  clock.jump(999);
  await check("a");
  assert.equal(asked.length, 1);
  clock.jump(1);
  await check("a");
  assert.equal(asked.length, 2);
  const again = counted({ recheckAt: 0 });
  await again.check("a");
  await again.check("a");
  assert.equal(again.asked.length, 2);
});

Deno.test("R10 tokens: no more than ten thousand are remembered, those that are in use", async () => {
  const { asked, check } = counted({ expiresAt: Infinity });
  for (let i = 0; i <= 10_000; i++) {
    await check(`t${i}`);
    await check("used");
  }
  asked.length = 0;
  await check("used");
  await check("t10000");
  assert.deepEqual(asked, []);
  await check("t0");
  assert.deepEqual(asked, ["t0"]);
});

Deno.test("tokens: one that was good is refused once it has expired", async () => {
  await using world = await createIdentityWorld({ config: { jwtSecret: SECRET } });
  const token = await new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject("ann")
    .setExpirationTime(Math.floor(world.clock.now() / 1000) + 60)
    .sign(new TextEncoder().encode(SECRET));
  for (let i = 0; i < 2; i++) await world.auth.authenticateBearer(token);
  world.clock.move(61_000);
  await assert.rejects(world.auth.authenticateBearer(token), /it has expired/);
});

Deno.test("tokens: one that was good is refused at once when its session is revoked", async () => {
  await using world = await createIdentityWorld();
  const { user, token, sessionId } = await world.auth.register(
    { name: "Ann", email: "ann@example.org", password: "long enough" },
    world.caller,
  );
  for (let i = 0; i < 2; i++) await world.auth.authenticateBearer(token);
  await world.auth.revokeSession(user.id, sessionId);
  await assert.rejects(world.auth.authenticateBearer(token), /its session has ended/);
});
