/** What every endpoint has in common: access, input, failures, headers, logs. */
import assert from "node:assert/strict";
import { createRestWorld } from "../testing/rest_world.ts";

const LOGIN = "/api/auth/login";
const credentials = (email: string) => ({ email, password: "long enough" });

Deno.test("frame: failures have the envelope, with the request id of the answer", async () => {
  await using world = await createRestWorld();
  const { status, headers, json } = await world.ask("GET", "/api/users/me");
  assert.equal(status, 401);
  assert.equal(headers.get("www-authenticate"), "Bearer");
  assert.equal(json.success, false);
  assert.equal(json.error.code, "unauthenticated");
  assert.equal(json.error.requestId, headers.get("x-request-id"));
  assert.deepEqual(Object.keys(json).sort(), ["error", "success"]);
});

Deno.test("frame: a sane request id is taken over, another is not", async () => {
  await using world = await createRestWorld();
  const idFor = async (id: string) =>
    (await world.ask("GET", "/api/health", { headers: { "x-request-id": id } })).headers
      .get("x-request-id");
  assert.equal(await idFor("proxy-1234"), "proxy-1234");
  for (const bad of ["short", "x".repeat(65), "with space 1234", '"><script>']) {
    assert.notEqual(await idFor(bad), bad);
  }
});

Deno.test("frame: an unknown path is 404, a wrong method 405 with Allow, both as JSON", async () => {
  await using world = await createRestWorld();
  for (const path of ["/api", "/api/", "/api/nothing", "/api/auth/nothing/here"]) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const { status, json } = await world.ask(method, path);
      assert.deepEqual([status, json.error.code], [404, "not_found"], `${method} ${path}`);
    }
  }
  const cases = [
    ["GET", LOGIN, "POST"],
    ["PUT", "/api/users/me", "GET, HEAD, PATCH"],
    ["GET", "/api/auth/sessions/some-id", "DELETE"],
    ["POST", "/api/health", "GET, HEAD"],
  ] as const;
  for (const [method, path, allow] of cases) {
    const { status, headers, json } = await world.ask(method, path);
    assert.deepEqual([status, json.error.code], [405, "method_not_allowed"], `${method} ${path}`);
    assert.equal(headers.get("allow"), allow);
  }
});

Deno.test("frame: HEAD is GET without a body", async () => {
  await using world = await createRestWorld();
  const { status, json } = await world.ask("HEAD", "/api/health");
  assert.deepEqual([status, json], [200, null]);
});

Deno.test("frame: a body that is not application/json is 415", async () => {
  await using world = await createRestWorld();
  const { email } = await world.person("Ann");
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]) {
    const { status, json } = await world.ask("POST", LOGIN, {
      body: credentials(email),
      headers: { "content-type": type },
    });
    assert.deepEqual([status, json.error.code], [415, "unsupported"], type);
  }
  const { status } = await world.ask("POST", LOGIN, {
    body: credentials(email),
    headers: { "content-type": "Application/JSON; charset=utf-8" },
  });
  assert.equal(status, 200);
});

Deno.test("R10 frame: a body of more than 64 KiB is 413, whatever Content-Length says", async () => {
  await using world = await createRestWorld();
  const big = JSON.stringify({ email: "a@b.org", password: "x".repeat(65536) });
  const declared = await world.ask("POST", LOGIN, {
    body: big,
    headers: { "content-length": String(big.length) },
  });
  assert.deepEqual([declared.status, declared.json.error.code], [413, "too_large"]);

  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(8192));
    },
  });
  const response = await world.fetch(
    new Request(`http://localhost${LOGIN}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: endless,
    }),
  );
  assert.equal(response.status, 413);
  assert.ok(pulled < 12, `${pulled} chunks were read`);
  await response.body?.cancel();
});

Deno.test("frame: what is not JSON is 400", async () => {
  await using world = await createRestWorld();
  for (const body of ["{", "nope", '{"email": }']) {
    const { status, json } = await world.ask("POST", LOGIN, { body });
    assert.deepEqual([status, json.error.code], [400, "invalid"], body);
    assert.deepEqual(json.error.issues, [{ path: "", message: "is not JSON in UTF-8" }]);
  }
  const response = await world.fetch(
    new Request(`http://localhost${LOGIN}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    }),
  );
  assert.equal(response.status, 400);
  await response.body?.cancel();
});

Deno.test("frame: wrong and unknown fields are 400, each named in issues", async () => {
  await using world = await createRestWorld();
  const { status, json } = await world.ask("POST", "/api/auth/register", {
    body: { name: "", email: "nobody", password: "short", isAdmin: true },
  });
  assert.deepEqual([status, json.error.code], [400, "invalid"]);
  const paths = json.error.issues.map((issue: { path: string }) => issue.path).sort();
  assert.deepEqual(paths, ["email", "isAdmin", "name", "password"]);
  const { cookie } = await world.person("Ann");
  const query = await world.ask("GET", "/api/users?limit=1000&colour=red", { cookie });
  assert.equal(query.status, 400);
  const wrong = query.json.error.issues.map((issue: { path: string }) => issue.path).sort();
  assert.deepEqual(wrong, ["colour", "limit"]);
  const twice = await world.ask("GET", "/api/users?limit=1&limit=2", { cookie });
  assert.equal(twice.status, 400);
});

Deno.test("frame: a body of another shape than an object is 400", async () => {
  await using world = await createRestWorld();
  for (const body of ["null", "[]", "7", '"text"']) {
    const { status } = await world.ask("POST", LOGIN, { body });
    assert.equal(status, 400, body);
  }
  assert.equal((await world.ask("POST", LOGIN)).status, 400);
});

Deno.test("frame: an error on our side tells nothing but the request id, and the log has it all", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  world.services.users = {
    ...world.users,
    requireUser: () => Promise.reject(new Error("password of the store: hunter2")),
  };
  const { status, json } = await world.ask("GET", "/api/users/me", { cookie });
  assert.equal(status, 500);
  assert.deepEqual(Object.keys(json.error).sort(), ["code", "message", "requestId"]);
  assert.equal(json.error.code, "internal");
  assert.ok(!JSON.stringify(json).includes("hunter2"));
  const line = world.logged.find((one) => one.level === "error");
  assert.equal(line?.requestId, json.error.requestId);
  assert.match(String(line?.stack), /hunter2/);
});

Deno.test("frame: one JSON line a request, without cookie, token, query or body", async () => {
  await using world = await createRestWorld();
  const { id, cookie, token, email } = await world.person("Ann");
  world.logged.length = 0;
  await world.ask("GET", "/api/users?query=secretive", { cookie });
  await world.ask("GET", "/api/users/me", { token });
  await world.ask("POST", LOGIN, { body: credentials(email) });
  const lines = world.logged.filter((line) => line.message === "request");
  assert.deepEqual(lines.map((line) => [line.method, line.path, line.status, line.userId]), [
    ["GET", "/api/users", 200, id],
    ["GET", "/api/users/me", 200, id],
    ["POST", LOGIN, 200, undefined],
  ]);
  const text = JSON.stringify(world.logged);
  for (const secret of [cookie, token, "secretive", "long enough", email]) {
    assert.ok(!text.includes(secret));
  }
});

Deno.test("frame: every answer is uncached and carries the security headers", async () => {
  await using world = await createRestWorld();
  for (const path of ["/api/health", "/api/users/me", "/api/nothing"]) {
    const { headers } = await world.ask("GET", path);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    assert.ok(!headers.get("content-security-policy")?.includes("unsafe-inline"));
    assert.ok(headers.get("referrer-policy"));
    assert.ok(headers.get("permissions-policy"));
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(headers.get("strict-transport-security"), null);
  }
  await using secure = await createRestWorld({
    environment: { APP_ORIGIN: "https://chat.example.org" },
  });
  const { headers } = await secure.ask("GET", "/api/health");
  assert.match(headers.get("strict-transport-security") ?? "", /^max-age=\d{8}$/);
});

Deno.test("frame: too many requests are 429 with Retry-After, for that caller alone", async () => {
  await using world = await createRestWorld({ config: { rateLimitScale: 0.01 } }); // 3 at once
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  for (let i = 0; i < 3; i++) {
    assert.equal((await world.ask("GET", "/api/users/me", { cookie: ann.cookie })).status, 200);
  }
  const { status, headers, json } = await world.ask("GET", "/api/users/me", { cookie: ann.cookie });
  assert.deepEqual([status, json.error.code], [429, "rate_limited"]);
  assert.equal(headers.get("retry-after"), "4");
  assert.equal((await world.ask("GET", "/api/users/me", { cookie: ben.cookie })).status, 200);
  world.clock.move(4000);
  assert.equal((await world.ask("GET", "/api/users/me", { cookie: ann.cookie })).status, 200);
});

Deno.test("frame: guessing tokens uses up a stranger's limit", async () => {
  await using world = await createRestWorld({ config: { rateLimitScale: 0.01 } });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) {
    statuses.push((await world.ask("GET", "/api/users/me", { token: `guess-${i}` })).status);
  }
  assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
});

Deno.test("frame: a path parameter that can't be an id is 404, one that can't be read 400", async () => {
  await using world = await createRestWorld();
  const { cookie } = await world.person("Ann");
  const end = (id: string) => world.ask("DELETE", `/api/auth/sessions/${id}`, { cookie });
  for (const id of ["x".repeat(200), "a%20b", "%3Cscript%3E", "a%00b"]) {
    const { status, json } = await end(id);
    assert.deepEqual([status, json.error.code], [404, "not_found"], id);
  }
  const { status, json } = await end("%e0%a4%a");
  assert.deepEqual([status, json.error.code], [400, "invalid"]);
  const [own] = (await world.ask("GET", "/api/auth/sessions", { cookie })).json.data;
  const encoded = `%${own.id.charCodeAt(0).toString(16)}${own.id.slice(1)}`;
  assert.equal((await end(encoded)).status, 204);
});
