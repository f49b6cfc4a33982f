import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { AppError, type ErrorCode } from "../shared/errors.ts";
import type { KvFaults } from "../testing/faulty_kv.ts";
import { until } from "../testing/fake_clock.ts";
import {
  CHEAP_SCRYPT,
  createIdentityWorld,
  type IdentityWorld,
} from "../testing/identity_world.ts";
import { silentLogger } from "../shared/logger.ts";
import { createIdentity } from "./mod.ts";
import { SESSION_MS, SESSIONS_MAX } from "./session_service.ts";
import { TICKET_MS } from "./ticket_service.ts";

const ann = { name: "Ann", email: "ann@example.org", password: "correct horse" };
const signIn = { email: ann.email, password: ann.password };
const DAY = 24 * 60 * 60 * 1000;

function fails(code: ErrorCode) {
  return (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
}

const message = (promise: Promise<unknown>) =>
  promise.then(() => "nothing was thrown", (error: Error) => error.message);

Deno.test("accounts: register, sign in, be known by cookie and by token", async () => {
  await using world = await createIdentityWorld();
  const made = await world.auth.register(ann, world.caller);
  assert.deepEqual([made.user.name, made.user.email, made.user.role], [
    "Ann",
    "ann@example.org",
    "member",
  ]);
  const again = await world.auth.login(signIn, world.caller);
  assert.equal(again.user.id, made.user.id);
  assert.notEqual(again.sessionId, made.sessionId);
  const byCookie = await world.auth.authenticateCookie(again.cookie);
  assert.deepEqual(byCookie, {
    kind: "user",
    userId: made.user.id,
    role: "member",
    sessionId: again.sessionId,
    expiresAt: null,
    rooms: [],
    via: "cookie",
  });
  const byToken = await world.auth.authenticateBearer(again.token);
  assert.equal(byToken.kind === "user" && byToken.sessionId, again.sessionId);
  assert.equal(byToken.kind === "user" && byToken.expiresAt, decodeJwt(again.token).exp! * 1000);
});

Deno.test("accounts: nothing that opens a session is stored as it is", async () => {
  await using world = await createIdentityWorld();
  const { cookie, token } = await world.auth.register(ann, world.caller);
  const ticket = await world.auth.createTicket((await world.auth.authenticateCookie(cookie))!);
  const { key } = await world.apiKeys.create("u_x", { name: "lms", scopes: ["admin"] });
  for await (const row of world.store.kv.list({ prefix: [] })) {
    const text = JSON.stringify([row.key, row.value]);
    for (const secret of [cookie, token, ticket, key, ann.password]) {
      assert.ok(!text.includes(secret), `${JSON.stringify(row.key)} holds a secret`);
    }
  }
});

Deno.test("accounts: the same answer for a wrong password and an unknown account", async () => {
  await using world = await createIdentityWorld();
  await world.auth.register(ann, world.caller);
  const wrong = world.auth.login({ ...signIn, password: "wrong horse" }, world.caller);
  await assert.rejects(wrong, fails("unauthenticated"));
  const unknown = world.auth.login({ ...signIn, email: "nobody@example.org" }, world.caller);
  await assert.rejects(unknown, fails("unauthenticated"));
  assert.equal(await message(wrong), await message(unknown));
});

Deno.test("accounts: a duplicate e-mail address at the same moment makes one account", async () => {
  await using world = await createIdentityWorld();
  const other = await world.another();
  const all = await Promise.allSettled(
    Array.from(
      { length: 10 },
      (_, i) => (i % 2 ? other : world).auth.register({ ...ann, name: `Ann ${i}` }, world.caller),
    ),
  );
  const made = all.filter((one) => one.status === "fulfilled");
  assert.equal(made.length, 1);
  for (const one of all) if (one.status === "rejected") fails("conflict")(one.reason);
  assert.deepEqual(await world.users.listIds({ limit: 10 }), [made[0]?.value.user.id]);
});

Deno.test("accounts: a commit that was written but reported as failed makes one account", async () => {
  let lies = 0;
  const faults: KvFaults = {};
  await using world = await createIdentityWorld({ faults });
  faults.commit = async (commit) => {
    const result = await commit();
    if (lies++ % 2 === 0) throw new Error("the connection is gone");
    return result;
  };
  const { user, cookie } = await world.auth.register(ann, world.caller);
  assert.ok(lies > 0);
  assert.deepEqual(await world.users.listIds({ limit: 10 }), [user.id]);
  assert.equal((await world.auth.authenticateCookie(cookie))?.userId, user.id);
  assert.equal((await world.auth.listSessions(user.id, null)).length, 1);
});

Deno.test("sign-in: a whole IPv6 network is one address to the limits", async () => {
  await using world = await createIdentityWorld({ config: { rateLimitScale: 0.05 } }); // 3 accounts
  const register = (i: number) =>
    world.auth.register({ ...ann, email: `ann${i}@example.org` }, {
      userAgent: "",
      address: `2001:db8::${i}`,
    });
  for (let i = 1; i <= 3; i++) await register(i);
  await assert.rejects(register(4), fails("rate_limited"));
});

Deno.test("accounts: one without a password has a session, and no sign-in by password", async () => {
  await using world = await createIdentityWorld();
  const id = "u_amira";
  await world.accounts.create({ id, name: "Amira", role: "instructor" });
  await world.accounts.create({ id, name: "Somebody else", role: "member" });
  const { user, cookie } = await world.accounts.signIn(id, world.caller);
  assert.deepEqual([user.name, user.role, user.email], ["Amira", "instructor", null]);
  assert.equal((await world.auth.authenticateCookie(cookie))?.role, "instructor");
  const found = await world.users.search("ami", { limit: 5 });
  assert.deepEqual(found.people.map((person) => person.id), [id]);
  await assert.rejects(world.accounts.signIn("u_nobody", world.caller), fails("not_found"));
});

Deno.test("accounts: ADMIN_EMAILS makes an admin, and taking it away unmakes one", async () => {
  await using world = await createIdentityWorld({ config: { adminEmails: [ann.email] } });
  const { user, cookie } = await world.auth.register(ann, world.caller);
  assert.equal(user.role, "admin");
  assert.equal((await world.auth.authenticateCookie(cookie))?.role, "admin");
  world.config.adminEmails = [];
  const restarted = await world.another();
  assert.equal((await restarted.auth.authenticateCookie(cookie))?.role, "member");
});

Deno.test("sign-in: ten wrong passwords lock the account's sign-in for a while, on every server", async () => {
  await using world = await createIdentityWorld();
  await world.auth.register(ann, world.caller);
  for (let i = 0; i < 10; i++) {
    await assert.rejects(
      world.auth.login({ ...signIn, password: "wrong" }, world.caller),
      fails("unauthenticated"),
    );
  }
  const other = await world.another();
  await assert.rejects(other.auth.login(signIn, world.caller), fails("rate_limited"));
  world.clock.move(31_000);
  await other.auth.login(signIn, world.caller);
});

Deno.test("sign-in: a stranger's guesses lock the owner out from nowhere else", async () => {
  await using world = await createIdentityWorld();
  await world.auth.register(ann, world.caller);
  const stranger = { ...world.caller, address: "192.0.2.9" };
  const guess = () => world.auth.login({ ...signIn, password: "wrong" }, stranger);
  for (let i = 0; i < 10; i++) await assert.rejects(guess(), fails("unauthenticated"));
  for (let i = 0; i < 40; i++) await assert.rejects(guess(), fails("rate_limited"));
  await world.auth.login(signIn, world.caller);
});

Deno.test("sign-in: guesses from many addresses are counted together, too", async () => {
  await using world = await createIdentityWorld();
  await world.auth.register(ann, world.caller);
  for (let i = 0; i < 110; i++) {
    const caller = { ...world.caller, address: `192.0.2.${i}` };
    await assert.rejects(
      world.auth.login({ ...signIn, password: "wrong" }, caller),
      fails(i < 100 ? "unauthenticated" : "rate_limited"),
    );
  }
});

Deno.test("sign-in: the right password empties the count, so that nobody locks themselves out", async () => {
  await using world = await createIdentityWorld();
  await world.auth.register(ann, world.caller);
  for (let i = 0; i < 30; i++) await world.auth.login(signIn, world.caller);
});

Deno.test("sessions: a revoked one is refused at once, by cookie, token and ticket", async () => {
  await using world = await createIdentityWorld();
  const { user, sessionId, cookie, token } = await world.auth.register(ann, world.caller);
  const principal = await world.auth.authenticateCookie(cookie);
  assert.ok(principal);
  const ticket = await world.auth.createTicket(principal);
  const heard: string[][] = [];
  world.auth.onRevoked((...args) => heard.push(args));
  await world.auth.revokeSession(user.id, sessionId);
  assert.equal(await world.auth.authenticateCookie(cookie), null);
  await assert.rejects(world.auth.authenticateBearer(token), fails("unauthenticated"));
  assert.equal(await world.auth.redeemTicket(ticket), null);
  await until(() => heard.length > 0, "the event of the revocation");
  assert.deepEqual(heard, [[user.id, sessionId]]);
  assert.deepEqual(await world.auth.listSessions(user.id, null), []);
});

Deno.test("sessions: other servers hear of a revocation and forget what they had cached", async () => {
  await using world = await createIdentityWorld();
  const other = await world.another();
  const { user, sessionId, cookie } = await world.auth.register(ann, world.caller);
  assert.ok(await other.auth.authenticateCookie(cookie));
  const heard: string[] = [];
  other.auth.onRevoked((_, id) => heard.push(id));
  await world.auth.revokeSession(user.id, sessionId);
  await until(() => heard.length > 0, "the event on the other server");
  assert.equal(await other.auth.authenticateCookie(cookie), null);
});

Deno.test("R8 sessions: somebody else's session is as unknown as one that never was", async () => {
  await using world = await createIdentityWorld();
  const { sessionId, cookie } = await world.auth.register(ann, world.caller);
  const ben = await world.auth.register({ ...ann, email: "ben@example.org" }, world.caller);
  const foreign = world.auth.revokeSession(ben.user.id, sessionId);
  await assert.rejects(foreign, fails("not_found"));
  const unknown = world.auth.revokeSession(ben.user.id, "nothing");
  assert.equal(await message(foreign), await message(unknown));
  assert.ok(await world.auth.authenticateCookie(cookie));
});

Deno.test("sessions: thirty days without use end one, use keeps it", async () => {
  await using world = await createIdentityWorld();
  const { user, cookie } = await world.auth.register(ann, world.caller);
  world.clock.move(29 * DAY);
  assert.ok(await world.auth.authenticateCookie(cookie));
  const [session] = await world.auth.listSessions(user.id, null);
  assert.ok(Date.parse(session!.expiresAt) - world.clock.now() > SESSION_MS - DAY);
  world.clock.move(29 * DAY);
  assert.ok(await world.auth.authenticateCookie(cookie));
  world.clock.move(30 * DAY + 1);
  assert.equal(await world.auth.authenticateCookie(cookie), null);
  assert.deepEqual(await world.auth.listSessions(user.id, null), []);
});

Deno.test("sessions: a token of ours ends at its exp, though its session lives on", async () => {
  await using world = await createIdentityWorld();
  const { token, cookie } = await world.auth.register(ann, world.caller);
  world.clock.move(29 * DAY);
  assert.ok(await world.auth.authenticateCookie(cookie));
  await world.auth.authenticateBearer(token);
  world.clock.move(2 * DAY);
  assert.ok(await world.auth.authenticateCookie(cookie));
  await assert.rejects(world.auth.authenticateBearer(token), /it has expired/);
});

Deno.test("sessions: listed with device and address, the own one marked", async () => {
  await using world = await createIdentityWorld();
  const { user, sessionId } = await world.auth.register(ann, world.caller);
  await world.auth.login(signIn, { userAgent: "x".repeat(9999), address: "198.51.100.7" });
  const sessions = await world.auth.listSessions(user.id, sessionId);
  assert.deepEqual(sessions.map((one) => one.current).sort(), [false, true]);
  assert.equal(sessions.find((one) => one.current)?.userAgent, "test");
  assert.equal(sessions.find((one) => !one.current)?.address, "198.51.100.7");
  assert.ok(sessions.every((one) => one.userAgent.length <= 400));
});

Deno.test("R10 sessions: past fifty the one that was used longest ago ends", async () => {
  await using world = await createIdentityWorld();
  const first = await world.auth.register(ann, world.caller);
  for (let i = 0; i < SESSIONS_MAX; i++) {
    world.clock.move(1000);
    await world.auth.login(signIn, world.caller);
  }
  assert.equal((await world.auth.listSessions(first.user.id, null)).length, SESSIONS_MAX);
  assert.equal(await world.auth.authenticateCookie(first.cookie), null);
});

Deno.test("sessions: signing out twice is as good as once", async () => {
  await using world = await createIdentityWorld();
  const { user, sessionId, cookie } = await world.auth.register(ann, world.caller);
  await world.auth.logout(user.id, sessionId);
  await world.auth.logout(user.id, sessionId);
  assert.equal(await world.auth.authenticateCookie(cookie), null);
});

Deno.test("cookies: an unknown value stands for nobody", async () => {
  await using world = await createIdentityWorld();
  const { sessionId } = await world.auth.register(ann, world.caller);
  assert.equal(await world.auth.authenticateCookie("A".repeat(43)), null);
  // What the store and the session list hold opens nothing.
  assert.equal(await world.auth.authenticateCookie(sessionId), null);
});

Deno.test("tickets: good once, also when tried twice at the same moment", async () => {
  await using world = await createIdentityWorld();
  const other = await world.another();
  const { cookie } = await world.auth.register(ann, world.caller);
  const principal = await world.auth.authenticateCookie(cookie);
  const ticket = await world.auth.createTicket(principal!);
  const all = await Promise.all([
    world.auth.redeemTicket(ticket),
    other.auth.redeemTicket(ticket),
    world.auth.redeemTicket(ticket),
  ]);
  const opened = all.filter((one) => one !== null);
  assert.deepEqual(opened, [{ ...principal, via: "ticket" }]);
  assert.equal(await world.auth.redeemTicket(ticket), null);
});

Deno.test("tickets: dead after a minute, and unknown ones from the start", async () => {
  await using world = await createIdentityWorld();
  const { cookie } = await world.auth.register(ann, world.caller);
  const principal = (await world.auth.authenticateCookie(cookie))!;
  const ticket = await world.auth.createTicket(principal);
  world.clock.move(TICKET_MS);
  assert.equal(await world.auth.redeemTicket(ticket), null);
  assert.equal(await world.auth.redeemTicket("A".repeat(43)), null);
  const short = await world.auth.createTicket({
    ...principal,
    sessionId: null,
    expiresAt: world.clock.now() + 1000,
  });
  world.clock.move(1000);
  assert.equal(await world.auth.redeemTicket(short), null);
});

Deno.test("API keys: carry their scopes until they are revoked", async () => {
  await using world = await createIdentityWorld();
  const { key, info } = await world.apiKeys.create("u_admin", {
    name: "LMS",
    scopes: ["notifications:send", "notifications:send"],
  });
  assert.match(key, /^sk_[\w-]{43}$/);
  assert.deepEqual(info.scopes, ["notifications:send"]);
  assert.deepEqual(await world.auth.authenticateBearer(key), {
    kind: "service",
    keyId: info.id,
    scopes: ["notifications:send"],
    via: "bearer",
  });
  assert.deepEqual(await world.apiKeys.list(), [info]);
  const other = await world.another();
  await other.auth.authenticateBearer(key);
  await world.apiKeys.revoke(info.id);
  await assert.rejects(world.auth.authenticateBearer(key), fails("unauthenticated"));
  world.clock.move(5000);
  await assert.rejects(other.auth.authenticateBearer(key), fails("unauthenticated"));
  assert.deepEqual(await world.apiKeys.list(), []);
  await assert.rejects(world.apiKeys.revoke(info.id), fails("not_found"));
});

Deno.test("API keys: an unknown one is refused", async () => {
  await using world: IdentityWorld = await createIdentityWorld();
  await assert.rejects(
    world.auth.authenticateBearer(`sk_${"A".repeat(43)}`),
    fails("unauthenticated"),
  );
});

Deno.test("sessions: one that ends while its profile is read lets nobody in", async () => {
  await using world = await createIdentityWorld();
  const { user, cookie, sessionId } = await world.auth.register(
    ann,
    world.caller,
  );
  // Another server, which has not read the profile yet and reads slowly.
  const { promise: read, resolve: goOn } = Promise.withResolvers<void>();
  let isReading = false;
  const kv = new Proxy(world.store.kv, {
    get(target, name) {
      if (name !== "get") {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return async (key: Deno.KvKey) => {
        const entry = await target.get(key);
        if (key[0] === "user") {
          isReading = true;
          await read;
        }
        return entry;
      };
    },
  });
  const { journal, clock, config } = world;
  const slow = await createIdentity({
    store: { kv },
    journal,
    clock,
    config,
    log: silentLogger,
    scrypt: CHEAP_SCRYPT,
  });
  const asked = slow.auth.authenticateCookie(cookie);
  await until(() => isReading, "the profile is read");
  await slow.auth.revokeSession(user.id, sessionId);
  goOn();
  assert.equal(await asked, null);
});

Deno.test("sessions: asking when one ends is no use of it, a request is", async () => {
  await using world = await createIdentityWorld();
  const { user, cookie, sessionId } = await world.auth.register(
    ann,
    world.caller,
  );
  const days = async () =>
    ((await world.auth.sessionEndsAt(sessionId) ?? NaN) - world.clock.now()) / DAY;
  assert.ok(Math.abs(await days() - 30) < 0.01);
  world.clock.move(20 * DAY);
  assert.ok(Math.abs(await days() - 10) < 0.01);
  await world.auth.authenticateCookie(cookie);
  assert.ok(Math.abs(await days() - 30) < 0.01);
  await world.auth.revokeSession(user.id, sessionId);
  assert.equal(await world.auth.sessionEndsAt(sessionId), null);
  assert.equal(await world.auth.sessionEndsAt("nothing"), null);
});
