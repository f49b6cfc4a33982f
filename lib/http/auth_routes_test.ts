import assert from "node:assert/strict";
import { createRestWorld } from "../testing/rest_world.ts";

const ann = { name: "Ann Okafor", email: "Ann@Example.org", password: "correct horse" };

function cookieOf(headers: Headers): { value: string; attributes: string[] } {
  const [pair = "", ...attributes] = (headers.get("set-cookie") ?? "").split("; ");
  return { value: pair.replace("skilllink_session=", ""), attributes: attributes.sort() };
}

Deno.test("POST /api/auth/register: 201 with user, token and cookie", async () => {
  await using world = await createRestWorld();
  const { status, headers, json } = await world.ask("POST", "/api/auth/register", { body: ann });
  assert.equal(status, 201);
  assert.equal(json.success, true);
  assert.deepEqual(Object.keys(json.data).sort(), ["token", "user"]);
  assert.deepEqual({ ...json.data.user, id: "", createdAt: "" }, {
    id: "",
    name: "Ann Okafor",
    avatar: null,
    email: "ann@example.org",
    role: "member",
    createdAt: "",
  });
  const { value, attributes } = cookieOf(headers);
  assert.deepEqual(attributes, ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax"]);
  const byCookie = await world.ask("GET", "/api/users/me", { cookie: value });
  assert.deepEqual(byCookie.json.data, json.data.user);
  const byToken = await world.ask("GET", "/api/users/me", { token: json.data.token });
  assert.deepEqual(byToken.json.data, json.data.user);
});

Deno.test("POST /api/auth/register: an address that has an account is 409", async () => {
  await using world = await createRestWorld();
  await world.ask("POST", "/api/auth/register", { body: ann });
  const again = { ...ann, email: " ann@EXAMPLE.org " };
  const { status, headers, json } = await world.ask("POST", "/api/auth/register", { body: again });
  assert.deepEqual([status, json.error.code], [409, "conflict"]);
  assert.equal(headers.get("set-cookie"), null);
});

Deno.test("the cookie is Secure on https, and only there", async () => {
  await using world = await createRestWorld({
    environment: { APP_ORIGIN: "https://chat.example.org" },
  });
  const { headers } = await world.ask("POST", "/api/auth/register", { body: ann });
  assert.ok(cookieOf(headers).attributes.includes("Secure"));
});

Deno.test("POST /api/auth/login: the right password signs in, anything else answers alike", async () => {
  await using world = await createRestWorld();
  await world.ask("POST", "/api/auth/register", { body: ann });
  const login = (email: string, password: string) =>
    world.ask("POST", "/api/auth/login", { body: { email, password } });
  const good = await login(ann.email, ann.password);
  assert.equal(good.status, 200);
  assert.ok(cookieOf(good.headers).value.length === 43);
  const [wrong, unknown] = [
    await login(ann.email, "wrong horse"),
    await login("nobody@example.org", ann.password),
  ];
  for (const answer of [wrong, unknown]) {
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("set-cookie"), null);
    delete answer.json.error.requestId;
  }
  assert.deepEqual(wrong.json, unknown.json);
});

Deno.test("POST /api/auth/login: too many tries are 429 with Retry-After", async () => {
  await using world = await createRestWorld();
  await world.ask("POST", "/api/auth/register", { body: ann });
  const body = { email: ann.email, password: "wrong horse" };
  for (let i = 0; i < 10; i++) {
    assert.equal((await world.ask("POST", "/api/auth/login", { body })).status, 401);
  }
  const { status, headers } = await world.ask("POST", "/api/auth/login", { body });
  assert.equal(status, 429);
  assert.ok(Number(headers.get("retry-after")) >= 1);
});

Deno.test("POST /api/auth/logout: 204, and the session is gone at once", async () => {
  await using world = await createRestWorld();
  const { cookie, token } = await world.person("Ann");
  const { status, headers, json } = await world.ask("POST", "/api/auth/logout", { cookie });
  assert.deepEqual([status, json], [204, null]);
  assert.match(headers.get("set-cookie") ?? "", /^skilllink_session=; .*Max-Age=0/);
  assert.equal((await world.ask("GET", "/api/users/me", { cookie })).status, 401);
  assert.equal((await world.ask("GET", "/api/users/me", { token })).status, 401);
  assert.equal((await world.ask("POST", "/api/auth/logout")).status, 401);
});

Deno.test("GET, DELETE /api/auth/sessions: see where one is signed in, and end it there", async () => {
  await using world = await createRestWorld();
  const { cookie, email } = await world.person("Ann");
  const phone = await world.auth.login({ email, password: "long enough" }, {
    userAgent: "phone",
    address: "198.51.100.7",
  });
  const { json } = await world.ask("GET", "/api/auth/sessions", { cookie });
  assert.equal(json.data.length, 2);
  const other = json.data.find((one: { userAgent: string }) => one.userAgent === "phone");
  assert.deepEqual([other.id, other.current, other.address], [
    phone.sessionId,
    false,
    "198.51.100.7",
  ]);
  const ended = await world.ask("DELETE", `/api/auth/sessions/${other.id}`, { cookie });
  assert.equal(ended.status, 204);
  assert.equal(ended.headers.get("set-cookie"), null);
  assert.equal((await world.ask("GET", "/api/users/me", { cookie: phone.cookie })).status, 401);
  assert.equal((await world.ask("GET", "/api/users/me", { cookie })).status, 200);
});

Deno.test("DELETE /api/auth/sessions/:id: the own one takes the cookie with it", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  const [own] = (await world.ask("GET", "/api/auth/sessions", { cookie })).json.data;
  const { status, headers } = await world.ask("DELETE", `/api/auth/sessions/${own.id}`, { cookie });
  assert.equal(status, 204);
  assert.match(headers.get("set-cookie") ?? "", /Max-Age=0/);
});

Deno.test("R8 DELETE /api/auth/sessions/:id: another's and an unknown one answer alike", async () => {
  await using world = await createRestWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const [own] = (await world.ask("GET", "/api/auth/sessions", { cookie: ann.cookie })).json.data;
  const answers = [];
  for (const id of [own.id, "A".repeat(43), "nothing"]) {
    const { status, json } = await world.ask("DELETE", `/api/auth/sessions/${id}`, {
      cookie: ben.cookie,
    });
    delete json.error.requestId;
    answers.push({ status, json });
  }
  assert.equal(answers[0]?.status, 404);
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  assert.equal((await world.ask("GET", "/api/users/me", { cookie: ann.cookie })).status, 200);
});

Deno.test("POST /api/socket/ticket: a ticket that stands for its maker, once", async () => {
  await using world = await createRestWorld();
  const { id, cookie } = await world.person("Ann");
  const { status, json } = await world.ask("POST", "/api/socket/ticket", { cookie });
  assert.equal(status, 200);
  assert.equal((await world.auth.redeemTicket(json.data.ticket))?.userId, id);
  assert.equal(await world.auth.redeemTicket(json.data.ticket), null);
  assert.equal((await world.ask("POST", "/api/socket/ticket")).status, 401);
});

Deno.test("API keys: made, listed and revoked by an admin; what they open is their scope", async () => {
  await using world = await createRestWorld({ config: { adminEmails: ["root@example.org"] } });
  const [root, ann] = [await world.person("Root"), await world.person("Ann")];
  const body = { name: "LMS", scopes: ["notifications:send"] };
  const make = (cookie?: string) => world.ask("POST", "/api/keys", { cookie, body });
  assert.equal((await make()).status, 401);
  assert.equal((await make(ann.cookie)).status, 403);
  const made = await make(root.cookie);
  assert.equal(made.status, 201);
  const { key, ...info } = made.json.data;
  assert.equal(info.createdBy, root.id);
  const listed = await world.ask("GET", "/api/keys", { cookie: root.cookie });
  assert.deepEqual(listed.json.data, [info]);
  assert.equal((await world.ask("GET", "/api/keys", { cookie: ann.cookie })).status, 403);
  // A key is nobody's account.
  assert.equal((await world.ask("GET", "/api/users/me", { token: key })).status, 403);
  assert.equal((await world.ask("GET", "/api/keys", { token: key })).status, 403);
  const path = `/api/keys/${info.id}`;
  assert.equal((await world.ask("DELETE", path, { cookie: ann.cookie })).status, 403);
  assert.equal((await world.ask("DELETE", path, { cookie: root.cookie })).status, 204);
  assert.equal((await world.ask("DELETE", path, { cookie: root.cookie })).status, 404);
  assert.equal((await world.ask("GET", "/api/users/me", { token: key })).status, 401);
});

Deno.test("POST /api/keys: a scope that does not exist is 400", async () => {
  await using world = await createRestWorld({ config: { adminEmails: ["root@example.org"] } });
  const { cookie } = await world.person("Root");
  for (const scopes of [["everything"], [], "admin"]) {
    const { status } = await world.ask("POST", "/api/keys", {
      cookie,
      body: { name: "x", scopes },
    });
    assert.equal(status, 400);
  }
});

Deno.test("bearer: takes precedence over the cookie, and a bad one is 401 in spite of a good cookie", async () => {
  await using world = await createRestWorld();
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const both = await world.ask("GET", "/api/users/me", { cookie: ann.cookie, token: ben.token });
  assert.equal(both.json.data.id, ben.id);
  const bad = await world.ask("GET", "/api/users/me", { cookie: ann.cookie, token: "nonsense" });
  assert.equal(bad.status, 401);
  // Another scheme is a proxy's business.
  const basic = await world.ask("GET", "/api/users/me", {
    cookie: ann.cookie,
    headers: { authorization: "Basic abc" },
  });
  assert.equal(basic.json.data.id, ann.id);
});
