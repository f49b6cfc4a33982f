import assert from "node:assert/strict";
import { createRestWorld } from "../testing/rest_world.ts";

const body = { name: "Annie" };

Deno.test("origin: a cookie's write must come from the app's own pages", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  for (const origin of ["https://evil.example", "http://localhost:8001", "null", null]) {
    const { status, json } = await world.ask("PATCH", "/api/users/me", {
      cookie,
      body,
      headers: { origin },
    });
    assert.deepEqual([status, json.error.code], [403, "forbidden"], String(origin));
  }
  assert.equal((await world.ask("GET", "/api/users/me", { cookie })).json.data.name, "Ann");
  assert.equal((await world.ask("PATCH", "/api/users/me", { cookie, body })).status, 200);
});

Deno.test("origin: reading needs none", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  const headers = { origin: null };
  assert.equal((await world.ask("GET", "/api/users/me", { cookie, headers })).status, 200);
});

Deno.test("origin: a bearer token needs none, because no browser sends it on its own", async () => {
  await using world = await createRestWorld();
  const { token, cookie } = await world.person("Ann");
  const headers = { origin: "https://evil.example" };
  const asked = await world.ask("PATCH", "/api/users/me", { token, cookie, body, headers });
  assert.equal(asked.status, 200);
});

Deno.test("origin: nobody is signed in from another site", async () => {
  await using world = await createRestWorld();
  const { email } = await world.person("Ann");
  const login = (origin: string | null) =>
    world.ask("POST", "/api/auth/login", {
      body: { email, password: "long enough" },
      headers: { origin },
    });
  assert.equal((await login("https://evil.example")).status, 403);
  assert.equal((await login("http://localhost")).status, 200);
  assert.equal((await login(null)).status, 200); // a program, not a page
});

Deno.test("origin: behind a proxy it is APP_ORIGIN, not what the proxy asks for", async () => {
  await using world = await createRestWorld({
    environment: { APP_ORIGIN: "https://chat.example.org" },
  });
  const { cookie } = await world.person("Ann");
  assert.equal((await world.ask("PATCH", "/api/users/me", { cookie, body })).status, 200);
  const headers = { origin: "http://localhost" };
  assert.equal((await world.ask("PATCH", "/api/users/me", { cookie, body, headers })).status, 403);
});
