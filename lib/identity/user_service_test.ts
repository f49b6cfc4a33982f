import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { keys } from "../kv/keys.ts";
import { AppError } from "../shared/errors.ts";
import { createIdentityWorld, type IdentityWorld } from "../testing/identity_world.ts";
import { until } from "../testing/fake_clock.ts";

const SECRET = "a secret that a host platform shares";

function hostToken(subject: string): Promise<string> {
  return new SignJWT({}).setProtectedHeader({ alg: "HS256" }).setSubject(subject)
    .setExpirationTime("1h").sign(new TextEncoder().encode(SECRET));
}

function register(world: IdentityWorld, name: string) {
  const email = `${name.toLowerCase().replace(/[^a-z]/g, ".")}@example.org`;
  return world.auth.register({ name, email, password: "long enough" }, world.caller);
}

async function names(world: IdentityWorld, query: string, limit = 50): Promise<string[]> {
  const found: string[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    const page = await world.users.search(query, { limit, after });
    assert.ok(page.people.length <= limit);
    found.push(...page.people.map((person) => person.name));
    after = page.after;
  }
  return found.sort();
}

Deno.test("users: search finds the beginning of every word, whatever case and accents", async () => {
  await using world = await createIdentityWorld();
  for (const name of ["Ann Okafor", "Anna Ångström", "Ben Annan", "Zoë"]) {
    await register(world, name);
  }
  assert.deepEqual(await names(world, "ann"), ["Ann Okafor", "Anna Ångström", "Ben Annan"]);
  assert.deepEqual(await names(world, "ANG"), ["Anna Ångström"]);
  assert.deepEqual(await names(world, "ann be"), ["Ben Annan"]);
  assert.deepEqual(await names(world, "nna"), []);
  assert.deepEqual(await names(world, "!?"), []);
  assert.equal((await names(world, "")).length, 4);
});

Deno.test("users: search never looks at e-mail addresses", async () => {
  await using world = await createIdentityWorld();
  await world.auth.register(
    { name: "Ann", email: "hidden@example.org", password: "long enough" },
    world.caller,
  );
  assert.deepEqual(await names(world, "hidden@example.org"), []);
  assert.deepEqual(await names(world, "hidden"), []);
});

Deno.test("users: pages hold everybody once, also with two fitting words in a name", async () => {
  await using world = await createIdentityWorld();
  const all = ["Ann Anna", "Ann", "Anna B", "Anton Annabel", "Anja", "Andy Anders Anker"];
  for (const name of all) await register(world, name);
  for (const limit of [1, 2, 3]) {
    assert.deepEqual(await names(world, "an", limit), [...all].sort());
    assert.deepEqual(await names(world, "", limit), [...all].sort());
  }
});

Deno.test("users: a cursor that no page gave is refused", async () => {
  await using world = await createIdentityWorld();
  await assert.rejects(
    world.users.search("a", { limit: 5, after: "nonsense" }),
    (error) => error instanceof AppError && error.code === "invalid",
  );
});

Deno.test("users: a cursor of another query is refused", async () => {
  await using world = await createIdentityWorld();
  for (const name of ["Zoe One", "Zoe Two"]) await register(world, name);
  const { after } = await world.users.search("zoe", { limit: 1 });
  assert.ok(after);
  await assert.rejects(
    world.users.search("ann", { limit: 1, after }),
    (error) => error instanceof AppError && error.code === "invalid",
  );
});

Deno.test("R9 users: a page reads a bounded number of index rows, however many there are", async () => {
  await using world = await createIdentityWorld();
  const user = {
    avatar: null,
    email: null,
    role: "member",
    createdAt: 0,
    claims: null,
  };
  for (let i = 0; i < 1200; i += 100) {
    const atomic = world.store.kv.atomic();
    for (let j = i; j < i + 100; j++) {
      const id = `u_${String(j).padStart(4, "0")}`;
      atomic.set(keys.user(id), { id, name: `Sam N${j}`, ...user });
      atomic.set(keys.userByWord("sam", id), 1).set(keys.userByWord(`n${j}`, id), 1);
    }
    await atomic.commit();
  }
  // "sam" fits everybody and "n7" some: a short page with a cursor, not a scan of everything.
  const page = await world.users.search("sam n1199", { limit: 10 });
  assert.equal(page.people.length, 1); // the longer word is the one that is looked up
  const rare = await world.users.search("sam n1", { limit: 1000 });
  assert.ok(rare.after !== null && rare.people.length <= 500);
});

Deno.test("users: a changed name is found, the old one is not, and every server knows it", async () => {
  await using world = await createIdentityWorld();
  const other = await world.another();
  const { user } = await register(world, "Ann Okafor");
  assert.equal((await other.users.getPerson(user.id))?.name, "Ann Okafor");
  const changed = await world.users.updateMe(user.id, { name: "Ann Lind", avatar: "/ann.png" });
  assert.deepEqual([changed.name, changed.avatar], ["Ann Lind", "/ann.png"]);
  assert.deepEqual(await names(world, "okafor"), []);
  assert.deepEqual(await names(world, "lind"), ["Ann Lind"]);
  assert.equal(world.users.peekPerson(user.id)?.name, "Ann Lind");
  await until(() => other.users.peekPerson(user.id)?.name === "Ann Lind", "the event");
  const same = await world.users.updateMe(user.id, { avatar: null });
  assert.deepEqual([same.name, same.avatar], ["Ann Lind", null]);
});

Deno.test("users: people come in the order asked for, unknown ones left out", async () => {
  await using world = await createIdentityWorld();
  const [a, b] = [(await register(world, "A")).user.id, (await register(world, "B")).user.id];
  const people = await world.users.getPeople([b, "u_nobody", a, b]);
  assert.deepEqual(people.map((person) => person.id), [b, a, b]);
  assert.equal(await world.users.getPerson("u_nobody"), null);
  assert.equal(await world.users.exists("u_nobody"), false);
  assert.equal(world.users.peekPerson("u_nobody"), null);
  await assert.rejects(
    world.users.requireUser("u_nobody"),
    (error) => error instanceof AppError && error.code === "not_found",
  );
  await assert.rejects(world.users.updateMe("u_nobody", { name: "X" }), /no such user/);
});

Deno.test("users: every id is listed once, page by page", async () => {
  await using world = await createIdentityWorld();
  const ids = new Set<string>();
  for (const name of ["A", "B", "C", "D", "E"]) ids.add((await register(world, name)).user.id);
  const listed: string[] = [];
  for (;;) {
    const page = await world.users.listIds({ limit: 2, after: listed.at(-1) });
    if (page.length === 0) break;
    listed.push(...page);
  }
  assert.deepEqual(listed, [...ids].sort());
});

Deno.test("users: each account is told once where it is made, before its maker is answered", async () => {
  await using world = await createIdentityWorld({ config: { jwtSecret: SECRET } });
  const told: string[] = [];
  const unlisten = world.users.onCreated(async (userId) => {
    assert.ok(await world.users.exists(userId));
    told.push(userId);
  });
  const { user } = await register(world, "Ann");
  assert.deepEqual(told, [user.id]);
  const platform = await hostToken("learner-7");
  await Promise.all([1, 2].map(() => world.auth.authenticateBearer(platform)));
  await world.accounts.create({ id: "u_b", name: "B", role: "member" });
  assert.deepEqual(told, [user.id, "learner-7", "u_b"]);
  await world.users.updateMe("u_b", { name: "Bee" });
  await world.accounts.create({ id: "u_b", name: "B", role: "member" });
  unlisten();
  await register(world, "Cy");
  assert.equal(told.length, 3);
});

Deno.test("users: a listener that fails takes no account with it", async () => {
  await using world = await createIdentityWorld();
  world.users.onCreated(() => Promise.reject(new Error("the store is away")));
  const { user } = await register(world, "Ann");
  assert.ok(await world.users.exists(user.id));
  assert.ok(world.logged.some(({ level, userId }) => level === "error" && userId === user.id));
});
