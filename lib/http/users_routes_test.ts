import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { createRestWorld } from "../testing/rest_world.ts";

const SECRET = "the-secret-that-both-sides-know-of";

Deno.test("PATCH /api/users/me: changes what is named and nothing else", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  const change = async (body: unknown) =>
    await world.ask("PATCH", "/api/users/me", { cookie, body });
  const named = await change({ name: "  Ann Lind  " });
  assert.deepEqual([named.status, named.json.data.name], [200, "Ann Lind"]);
  const pictured = await change({ avatar: "https://cdn.example/ann.png" });
  assert.deepEqual([pictured.json.data.name, pictured.json.data.avatar], [
    "Ann Lind",
    "https://cdn.example/ann.png",
  ]);
  assert.equal((await change({ avatar: null })).json.data.avatar, null);
  const bad = [
    { name: "" },
    { name: "x".repeat(81) },
    { avatar: "http://plain.example/a.png" },
    {
      avatar: "//evil.example/a.png",
    },
    { avatar: "/\\evil.example/a.png" },
    { avatar: "https://cdn.example/\u0000.png" },
    { name: "Ann \u202egnip" },
    { name: "Ann \u2066Lind" },
    { name: "\u200b\u3164" },
    { name: "Ann \ud800" },
    { role: "admin" },
    { email: "other@example.org" },
  ];
  for (const body of bad) {
    const { status, json } = await change(body);
    assert.deepEqual([status, json.error.code], [400, "invalid"], JSON.stringify(body));
  }
  const me = await world.ask("GET", "/api/users/me", { cookie });
  assert.deepEqual([me.json.data.name, me.json.data.role], ["Ann Lind", "member"]);
});

Deno.test("GET /api/users: people by query, in pages, without e-mail addresses", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  for (const name of ["Anna", "Anton", "Ben"]) await world.person(name);
  const first = await world.ask("GET", "/api/users?query=an&limit=2", { cookie });
  assert.equal(first.status, 200);
  assert.equal(first.json.data.length, 2);
  assert.equal(first.json.page.before, null);
  for (const person of first.json.data) {
    assert.deepEqual(Object.keys(person).sort(), ["avatar", "id", "name"]);
  }
  const after = encodeURIComponent(first.json.page.after);
  const rest = await world.ask("GET", `/api/users?query=an&limit=2&after=${after}`, { cookie });
  assert.equal(rest.json.page.after, null);
  const names = [...first.json.data, ...rest.json.data].map((person) => person.name).sort();
  assert.deepEqual(names, ["Ann", "Anna", "Anton"]);
  assert.equal((await world.ask("GET", "/api/users?after=x", { cookie })).status, 400);
  assert.equal((await world.ask("GET", "/api/users?query=an")).status, 401);
});

Deno.test("host JWT over REST: the first request makes the profile, its role is in force", async () => {
  await using world = await createRestWorld({ config: { jwtSecret: SECRET } });
  const sign = (claims: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5 minutes")
      .sign(new TextEncoder().encode(SECRET));
  const token = await sign({ userId: "lms-7", name: "Ivy", role: "instructor" });
  const { status, json } = await world.ask("GET", "/api/users/me", { token });
  assert.equal(status, 200);
  assert.deepEqual([json.data.id, json.data.name, json.data.role, json.data.email], [
    "lms-7",
    "Ivy",
    "instructor",
    null,
  ]);
  const plain = await world.ask("GET", "/api/users/me", { token: await sign({ sub: "lms-7" }) });
  assert.equal(plain.json.data.role, "member");
  assert.equal((await world.ask("POST", "/api/auth/logout", { token })).status, 204);
});
