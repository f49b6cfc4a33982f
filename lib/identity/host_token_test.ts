import assert from "node:assert/strict";
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import { AppError, type ErrorCode } from "../shared/errors.ts";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createIdentityWorld, type IdentityWorld } from "../testing/identity_world.ts";
import { createHostTokenVerifier } from "./host_token.ts";
import type { IdentityConfig } from "./mod.ts";

const SECRET = "the-secret-that-both-sides-know-of";
const bytes = (text: string) => new TextEncoder().encode(text);

type Key = Parameters<SignJWT["sign"]>[0];

async function sign(
  payload: JWTPayload,
  key: Key = bytes(SECRET),
  header: JWTHeaderParameters = { alg: "HS256" },
  seconds: number | null = 3600,
): Promise<string> {
  const jwt = new SignJWT(payload).setProtectedHeader(header);
  if (seconds !== null) jwt.setExpirationTime(Math.floor(Date.now() / 1000) + seconds);
  return await jwt.sign(key);
}

const bySecret = (jwks: Partial<IdentityConfig["jwks"]> = {}) =>
  createIdentityWorld({
    config: { jwtSecret: SECRET, jwks: { url: null, issuer: null, audience: null, ...jwks } },
  });

async function refused(
  world: IdentityWorld,
  token: string,
  reason: RegExp,
  code: ErrorCode = "unauthenticated",
): Promise<void> {
  await assert.rejects(world.auth.authenticateBearer(token), (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, reason);
    return true;
  });
}

/** A host platform that publishes `keys`. */
function publish(keys: JWK[]) {
  const state = { fetches: 0, away: false };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    state.fetches++;
    return state.away ? new Response("away", { status: 502 }) : Response.json({ keys });
  });
  return Object.assign(state, {
    url: `http://127.0.0.1:${server.addr.port}/keys`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

async function pair(alg: "RS256" | "ES256" | "EdDSA", kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { publicKey, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: "sig" } };
}

Deno.test("host JWT: the secret's signature lets a new subject in and makes the profile", async () => {
  await using world = await bySecret();
  const token = await sign({
    sub: "lms|42",
    name: "Ann Okafor",
    avatar: "https://lms.example/ann.png",
    role: "instructor",
    rooms: ["r_1"],
  });
  const principal = await world.auth.authenticateBearer(token);
  assert.deepEqual({ ...principal, expiresAt: null }, {
    kind: "user",
    userId: "lms|42",
    role: "instructor",
    sessionId: null,
    expiresAt: null,
    rooms: ["r_1"],
    via: "bearer",
  });
  const user = await world.users.requireUser("lms|42");
  assert.deepEqual([user.name, user.avatar, user.email], [
    "Ann Okafor",
    "https://lms.example/ann.png",
    null,
  ]);
  // The token's role holds for its own requests only.
  assert.equal(user.role, "member");
  const found = await world.users.search("oka", { limit: 5 });
  assert.deepEqual(found.people.map((person) => person.id), ["lms|42"]);
});

Deno.test("host JWT: the user id may stand in userId, also as a number", async () => {
  await using world = await bySecret();
  for (const claims of [{ userId: "u7" }, { userId: 7 }, { sub: "s7", userId: "u7" }]) {
    const principal = await world.auth.authenticateBearer(await sign(claims));
    assert.equal(
      principal.kind === "user" && principal.userId,
      claims.sub ?? String(claims.userId),
    );
  }
});

Deno.test("host JWT: a hundred first requests at once make one profile", async () => {
  await using world = await bySecret();
  const other = await world.another();
  const token = await sign({ sub: "ann", name: "Ann" });
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => (i % 2 ? other : world).auth.authenticateBearer(token)),
  );
  assert.deepEqual(await world.users.listIds({ limit: 10 }), ["ann"]);
});

Deno.test("host JWT: a changed claim is taken over, a name that the person chose stays", async () => {
  await using world = await bySecret();
  const meet = async (claims: JWTPayload) =>
    void await world.auth.authenticateBearer(await sign({ sub: "ann", ...claims }));
  const name = async () => (await world.users.requireUser("ann")).name;
  await meet({ name: "Ann" });
  await meet({ name: "Ann Lind" });
  assert.equal(await name(), "Ann Lind");
  await world.users.updateMe("ann", { name: "Annie" });
  await meet({ name: "Ann Lind" });
  assert.equal(await name(), "Annie");
  await meet({});
  assert.equal(await name(), "Annie");
  await meet({ name: "Ann Berg" });
  assert.equal(await name(), "Ann Berg");
});

Deno.test("host JWT: a name or picture that does not fit keeps nobody out", async () => {
  await using world = await bySecret();
  const strange = { name: `\u0007${"N".repeat(200)}`, avatar: "javascript:alert(1)" };
  await world.auth.authenticateBearer(await sign({ sub: "ann", ...strange }));
  const user = await world.users.requireUser("ann");
  assert.deepEqual([user.name, user.avatar], ["N".repeat(80), null]);
  await world.auth.authenticateBearer(await sign({ sub: "ben", name: 7 }));
  assert.equal((await world.users.requireUser("ben")).name, "ben");
});

Deno.test("host JWT: exp is required, and an end is an end", async () => {
  await using world = await bySecret();
  await refused(
    world,
    await sign({ sub: "ann" }, undefined, undefined, null),
    /claim exp is missing/,
  );
  await refused(world, await sign({ sub: "ann" }, undefined, undefined, -1), /it has expired/);
  const soon = await sign({ sub: "ann" }, undefined, undefined, 60);
  await world.auth.authenticateBearer(soon);
  world.clock.move(61_000);
  await refused(world, soon, /it has expired/);
});

Deno.test("host JWT: not before its time, but clocks may differ by some seconds", async () => {
  await using world = await bySecret();
  const now = Math.floor(Date.now() / 1000);
  await refused(world, await sign({ sub: "ann", nbf: now + 60 }), /claim nbf/);
  await world.auth.authenticateBearer(await sign({ sub: "ann", nbf: now + 2 }));
});

Deno.test("host JWT: a wrong secret, a changed token and no token at all are refused", async () => {
  await using world = await bySecret();
  await refused(world, await sign({ sub: "ann" }, bytes("x".repeat(40))), /signature does not fit/);
  const token = await sign({ sub: "ann" });
  const [header, , signature] = token.split(".");
  const forged = base64url.encode(JSON.stringify({ sub: "admin", exp: 9999999999 }));
  await refused(world, `${header}.${forged}.${signature}`, /signature does not fit/);
  await refused(world, "", /not a token/);
  await refused(world, "a.b.c", /not a token/);
  await refused(world, "x".repeat(9000), /too long/);
});

Deno.test("host JWT: alg none and other algorithms are refused", async () => {
  await using world = await bySecret();
  const part = (value: unknown) => base64url.encode(JSON.stringify(value));
  const none = `${part({ alg: "none" })}.${part({ sub: "ann", exp: 9999999999 })}.`;
  await refused(world, none, /algorithm is not accepted/);
  await refused(
    world,
    await sign({ sub: "ann" }, bytes(SECRET + SECRET), { alg: "HS512" }),
    /algorithm is not accepted/,
  );
  const { privateKey } = await pair("RS256", "k");
  // No JWKS is configured, so nobody's RS256 is good.
  await refused(world, await sign({ sub: "ann" }, privateKey, { alg: "RS256" }), /algorithm/);
});

Deno.test("host JWT: claims of the wrong shape are refused by name", async () => {
  await using world = await bySecret();
  await refused(world, await sign({}), /claim sub is missing/);
  await refused(world, await sign({ sub: "two words" }), /claim sub is not usable/);
  await refused(world, await sign({ sub: "x".repeat(129) }), /claim sub is not usable/);
  await refused(world, await sign({ sub: "ann", role: "root" }), /claim role is not usable/);
  await refused(world, await sign({ sub: "ann", rooms: "all" }), /claim rooms is not usable/);
});

Deno.test("host JWT: iss and aud are checked when they are configured", async () => {
  await using world = await bySecret({ issuer: "https://lms.example", audience: "skilllink" });
  const good = { sub: "ann", iss: "https://lms.example", aud: ["other", "skilllink"] };
  await world.auth.authenticateBearer(await sign(good));
  await refused(world, await sign({ ...good, iss: "https://evil.example" }), /claim iss is not/);
  await refused(world, await sign({ ...good, aud: "other" }), /claim aud is not/);
  await refused(world, await sign({ sub: "ann", aud: "skilllink" }), /claim iss is missing/);
  await refused(world, await sign({ sub: "ann", iss: good.iss }), /claim aud is missing/);
  // Our own tokens carry neither, and go on working.
  const own = await world.auth.register(
    { name: "Ben", email: "ben@example.org", password: "long enough" },
    world.caller,
  );
  await world.auth.authenticateBearer(own.token);
});

Deno.test("host JWT: the secret does not make tokens of ours without a session", async () => {
  await using world = await bySecret();
  const header = { alg: "HS256", kid: "own" };
  await refused(
    world,
    await sign({ sub: "ann", sid: "A".repeat(43) }, undefined, header),
    /its session has ended/,
  );
  await refused(world, await sign({ sub: "ann" }, undefined, header), /claim sid is missing/);
  const { sessionId } = await world.auth.register(
    { name: "Ben", email: "ben@example.org", password: "long enough" },
    world.caller,
  );
  // Somebody else's session is no session.
  await refused(
    world,
    await sign({ sub: "ann", sid: sessionId }, undefined, header),
    /its session has ended/,
  );
  await refused(
    world,
    await sign({ sub: "ann" }, undefined, { alg: "HS256", kid: "main" }),
    /its key is not known/,
  );
});

for (const alg of ["RS256", "ES256", "EdDSA"] as const) {
  Deno.test(`JWKS: ${alg} signs people in`, async () => {
    const { privateKey, jwk } = await pair(alg, "k1");
    await using host = publish([jwk]);
    await using world = await bySecret({ url: host.url });
    const token = await sign({ sub: "ann" }, privateKey, { alg, kid: "k1" });
    for (let i = 0; i < 5; i++) await world.auth.authenticateBearer(token);
    assert.equal(host.fetches, 1);
    // The secret stays good beside the key set.
    await world.auth.authenticateBearer(await sign({ sub: "ben" }));
  });
}

Deno.test("JWKS: a token by a key of the set is looked at again, one by the secret is not", async () => {
  const { privateKey, jwk } = await pair("ES256", "k1");
  await using host = publish([jwk]);
  const clock = createFakeClock(Date.now());
  const verify = createHostTokenVerifier({
    key: bytes(SECRET),
    jwks: { url: host.url, issuer: null, audience: null },
    clock,
  });
  const bySet = await verify(await sign({ sub: "ann" }, privateKey, { alg: "ES256", kid: "k1" }));
  assert.equal(bySet.recheckAt, clock.now() + 60_000);
  assert.equal((await verify(await sign({ sub: "ann" }))).recheckAt, Infinity);
});

Deno.test("JWKS: a public key as the secret of HS256 is refused (algorithm confusion)", async () => {
  const { publicKey, jwk } = await pair("RS256", "k1");
  await using host = publish([jwk]);
  await using world = await createIdentityWorld({
    config: { jwks: { url: host.url, issuer: null, audience: null } },
  });
  const pem = await exportSPKI(publicKey);
  for (const secret of [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? ""]) {
    await refused(world, await sign({ sub: "ann" }, bytes(secret)), /signature does not fit/);
    await refused(
      world,
      await sign({ sub: "ann" }, bytes(secret), { alg: "HS256", kid: "k1" }),
      /its key is not known/,
    );
  }
});

Deno.test("JWKS: an oct key in the set makes nobody's HS256 good", async () => {
  const { jwk } = await pair("RS256", "k1");
  const oct = { kty: "oct", kid: "weak", k: base64url.encode("x".repeat(32)) };
  await using host = publish([jwk, oct]);
  await using world = await bySecret({ url: host.url });
  await refused(
    world,
    await sign({ sub: "ann" }, bytes("x".repeat(32)), { alg: "HS256", kid: "weak" }),
    /its key is not known/,
  );
});

Deno.test("JWKS: an unknown kid is refused and does not have the set fetched each time", async () => {
  const known = await pair("ES256", "k1");
  const stranger = await pair("ES256", "k2");
  await using host = publish([known.jwk]);
  await using world = await bySecret({ url: host.url });
  const token = await sign({ sub: "ann" }, stranger.privateKey, { alg: "ES256", kid: "k2" });
  for (let i = 0; i < 10; i++) await refused(world, token, /its key is not known/);
  assert.ok(host.fetches <= 2, `${host.fetches} fetches`);
  // Naming a known key does not help a stranger's signature.
  await refused(
    world,
    await sign({ sub: "ann" }, stranger.privateKey, { alg: "ES256", kid: "k1" }),
    /signature does not fit/,
  );
});

Deno.test("JWKS: a key signs with its own algorithm only", async () => {
  const rsa = await pair("RS256", "k1");
  const ec = await pair("ES256", "k2");
  await using host = publish([rsa.jwk, ec.jwk]);
  await using world = await bySecret({ url: host.url });
  const header = base64url.encode(JSON.stringify({ alg: "ES256", kid: "k1" }));
  const token = await sign({ sub: "ann" }, ec.privateKey, { alg: "ES256", kid: "k2" });
  const [, payload, signature] = token.split(".");
  await refused(world, `${header}.${payload}.${signature}`, /its key is not known/);
});

Deno.test("JWKS: while the set can't be fetched the answer is unavailable, and few ask for it", async () => {
  const { privateKey, jwk } = await pair("RS256", "k1");
  await using host = publish([jwk]);
  host.away = true;
  await using world = await bySecret({ url: host.url });
  const token = await sign({ sub: "ann" }, privateKey, { alg: "RS256", kid: "k1" });
  for (let i = 0; i < 5; i++) await refused(world, token, /can't be fetched/, "unavailable");
  assert.equal(host.fetches, 1);
  host.away = false;
  world.clock.move(5001);
  await world.auth.authenticateBearer(token);
});
