import assert from "node:assert/strict";
import { PushFixture } from "../../tests/push/push_fixture.ts";
import { ask as request, type Asked, type Asking } from "../testing/ask.ts";
import { until } from "../testing/fake_clock.ts";
import { createWorld, type World } from "../testing/world.ts";

/** A call under `/api/notifications`, by a person or with a key. */
async function ask(
  world: World,
  method: string,
  path: string,
  { by, key, ...rest }: Asking & { key?: string } = {},
): Promise<Asked> {
  const who = key === undefined ? by : { token: key };
  return await request(world, method, `/api/notifications${path}`, { by: who, ...rest });
}

async function school() {
  let now = Date.now;
  const fixture = new PushFixture(() => now());
  const world = await createWorld({ pushOrigin: fixture.origin });
  now = world.clock.now;
  const [ann, ben] = [await world.person("Ann"), await world.person("Ben")];
  const admin = await world.person("Root", "admin");
  const { key } = await world.services.apiKeys.create(admin.id, {
    name: "platform",
    scopes: ["notifications:send"],
  });
  return {
    world,
    fixture,
    ann,
    ben,
    admin,
    key,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    },
  };
}
const about = { type: "grade", title: "Graded", message: "You passed" };

Deno.test("POST /api/notifications: both forms, by an API key and by an admin", async () => {
  await using s = await school();
  const short = await ask(s.world, "POST", "", {
    key: s.key,
    body: { userId: s.ann.id, title: "Hello", message: "There", link: "https://example.org/a" },
  });
  assert.equal(short.status, 201);
  assert.equal(short.json.data.recipients, 1);
  const full = await ask(s.world, "POST", "", {
    by: s.admin,
    body: {
      to: { userIds: [s.ann.id, s.ben.id] },
      ...about,
      link: "/courses/3",
      category: "grades",
      urgency: "high",
      collapseKey: "c3",
    },
  });
  assert.deepEqual([full.status, full.json.data.recipients], [201, 2]);
  const { json } = await ask(s.world, "GET", "", { by: s.ann });
  assert.deepEqual(
    json.data.map((one: Record<string, unknown>) => [one.id, one.type, one.category, one.link]),
    [
      [full.json.data.id, "grade", "grades", "/courses/3"],
      [short.json.data.id, "general", "general", "https://example.org/a"],
    ],
  );
  assert.deepEqual([json.unreadCount, json.unseenCount], [2, 2]);
  assert.deepEqual(json.page, { before: null, after: null });
});

Deno.test("DELETE /api/notifications/:id: cancels what waits; a stranger finds nothing (R8)", async () => {
  await using s = await school();
  const sendAt = new Date(s.world.clock.now() + 60_000).toISOString();
  const body = { to: { userId: s.ann.id }, ...about, sendAt };
  const sent = await ask(s.world, "POST", "", { key: s.key, body });
  assert.equal(sent.status, 201);
  const path = `/${sent.json.data.id}`;
  assert.equal((await ask(s.world, "DELETE", path)).status, 401);
  assert.equal((await ask(s.world, "DELETE", path, { by: s.ann })).status, 403);
  assert.equal((await ask(s.world, "DELETE", "/sch_none", { key: s.key })).status, 404);
  assert.equal((await ask(s.world, "DELETE", path, { key: s.key })).status, 204);
  assert.equal((await ask(s.world, "DELETE", path, { by: s.admin })).status, 204);
});

Deno.test("POST /api/notifications: bad input is named by its field, and nothing is sent", async () => {
  await using s = await school();
  const to = { userId: s.ann.id };
  const long = "x".repeat(2001);
  const cases: [unknown, number, string, string][] = [
    [{ to, ...about, link: "javascript:alert(1)" }, 400, "invalid", "link"],
    [{ to, ...about, link: "//evil.example" }, 400, "invalid", "link"],
    [{ to, ...about, link: "http://plain.example" }, 400, "invalid", "link"],
    [{ to, ...about, title: " " }, 400, "invalid", "title"],
    [{ to, ...about, message: long }, 400, "invalid", "message"],
    [{ to, ...about, urgency: "urgent" }, 400, "invalid", "urgency"],
    [{ to, ...about, sendAt: "2030-01-01T00:00:00Z" }, 400, "invalid", "sendAt"],
    [{ to, ...about, from: "me" }, 400, "invalid", "from"],
    [{ to: { userIds: [] }, ...about }, 400, "invalid", "to.userIds"],
    [{ to: { userId: "nobody" }, ...about }, 404, "not_found", "to.userId"],
    [{ to: { userIds: [s.ann.id, "nobody"] }, ...about }, 404, "not_found", "to.userIds.1"],
    [{ to: { room: "r_none" }, ...about }, 404, "not_found", "to.room"],
    [{ userId: "nobody", title: "a", message: "b" }, 404, "not_found", "userId"],
    [{ userId: s.ann.id, title: "a" }, 400, "invalid", "message"],
  ];
  for (const [body, status, code, path] of cases) {
    const { status: got, json } = await ask(s.world, "POST", "", { key: s.key, body });
    assert.deepEqual([got, json.error.code], [status, code], JSON.stringify(body).slice(0, 90));
    assert.ok(
      json.error.issues.some((issue: { path: string }) => issue.path === path),
      `${path} in ${JSON.stringify(json.error.issues)}`,
    );
  }
  const badKey = await ask(s.world, "POST", "", {
    key: s.key,
    body: { to, ...about },
    headers: { "idempotency-key": "a b" },
  });
  assert.deepEqual([badKey.status, badKey.json.error.issues[0].path], [400, "Idempotency-Key"]);
  assert.deepEqual((await ask(s.world, "GET", "", { by: s.ann })).json.data, []);
});

Deno.test("POST /api/notifications: Idempotency-Key answers the same, or 422", async () => {
  await using s = await school();
  const headers = { "idempotency-key": "grade-7" };
  const send = (title: string) =>
    ask(s.world, "POST", "", {
      key: s.key,
      body: { ...about, title, to: { userId: s.ann.id } },
      headers,
    });
  const answers = await Promise.all([send("A"), send("A"), send("A")]);
  for (const { status, json } of answers) {
    assert.deepEqual([status, json], [answers[0]?.status, answers[0]?.json]);
  }
  assert.equal(answers[0]?.status, 201);
  const other = await send("B");
  assert.deepEqual([other.status, other.json.error.code], [422, "idempotency_mismatch"]);
  assert.equal((await ask(s.world, "GET", "", { by: s.ann })).json.data.length, 1);
});

Deno.test("GET and PUT /api/notifications: pages, filters, read, read-all, archive, seen", async () => {
  await using s = await school();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { json } = await ask(s.world, "POST", "", {
      key: s.key,
      body: { userId: s.ann.id, title: `${i}`, message: "x" },
    });
    ids.unshift(json.data.id);
  }
  const list = async (query: string) =>
    (await ask(s.world, "GET", query, { by: s.ann })).json.data
      .map((one: { id: string }) => one.id);
  const first = await ask(s.world, "GET", "?limit=2", { by: s.ann });
  assert.equal(first.json.page.before, "4");
  assert.deepEqual(await list("?limit=2"), ids.slice(0, 2));
  assert.deepEqual(await list("?limit=9&before=4"), ids.slice(2));
  const put = async (path: string, body?: unknown) => {
    const { status, json } = await ask(s.world, "PUT", path, { by: s.ann, body });
    assert.equal(status, 200);
    return json.data;
  };
  assert.deepEqual(await put("/seen", { upTo: 3 }), { unreadCount: 5, unseenCount: 2 });
  assert.deepEqual(await put(`/${ids[0]}/read`), { unreadCount: 4, unseenCount: 1 });
  assert.deepEqual(await put(`/${ids[1]}/archive`), { unreadCount: 3, unseenCount: 0 });
  assert.deepEqual(await list("?filter=unread"), ids.slice(2));
  assert.deepEqual(await list("?filter=archived"), [ids[1]]);
  assert.deepEqual(await list("?filter=all"), [ids[0], ...ids.slice(2)]);
  assert.deepEqual(await put("/read-all"), { unreadCount: 0, unseenCount: 0 });
  assert.deepEqual(await put("/seen"), { unreadCount: 0, unseenCount: 0 });
  for (const query of ["?filter=new", "?limit=0", "?limit=101", "?before=x"]) {
    assert.equal((await ask(s.world, "GET", query, { by: s.ann })).status, 400, query);
  }
});

Deno.test("push routes: key, subscribe, devices, test, remove", async () => {
  await using s = await school();
  const { json: { data: { publicKey } } } = await ask(s.world, "GET", "/vapid-key");
  assert.match(publicKey, /^[\w-]{87}$/);
  const { id, body } = s.fixture.subscribe();
  const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
  const subscribed = await ask(s.world, "POST", "/subscribe", {
    by: s.ann,
    body: { ...body, expirationTime: null },
    headers,
  });
  assert.equal(subscribed.status, 201);
  const { deviceId } = subscribed.json.data;
  const tested = await ask(s.world, "POST", "/test", { by: s.ann });
  assert.equal(tested.status, 200);
  assert.deepEqual(
    tested.json.data.map((one: { deviceId: string; name: string; outcome: { result: string } }) => [
      one.deviceId,
      one.name,
      one.outcome.result,
    ]),
    [[deviceId, "Firefox on Linux", "sent"]],
  );
  s.fixture.answer(id, { status: 500 });
  await s.world.clock.advance(1);
  assert.equal(
    (await ask(s.world, "POST", "/test", { by: s.ann })).json.data[0].outcome.result,
    "failed",
  );
  const devices = await ask(s.world, "GET", "/devices", { by: s.ann });
  assert.deepEqual(devices.json.data.map((one: { id: string }) => one.id), [deviceId]);
  assert.equal(devices.json.data[0].lastOutcome.status, 500);
  assert.equal((await ask(s.world, "DELETE", `/devices/${deviceId}`, { by: s.ben })).status, 404);
  assert.equal((await ask(s.world, "DELETE", `/devices/${deviceId}`, { by: s.ann })).status, 204);
  await ask(s.world, "POST", "/subscribe", { by: s.ann, body });
  const unsubscribe = () =>
    ask(s.world, "DELETE", "/subscribe", { by: s.ann, body: { endpoint: body.endpoint } });
  assert.equal((await unsubscribe()).status, 204);
  assert.equal((await unsubscribe()).status, 204);
  assert.deepEqual((await ask(s.world, "GET", "/devices", { by: s.ann })).json.data, []);
});

Deno.test("P15 P19 POST /subscribe: no endpoint of elsewhere, no owner in the body", async () => {
  await using s = await school();
  const { body } = s.fixture.subscribe();
  for (
    const [bad, path] of [
      [{ ...body, endpoint: "https://evil.example/push" }, "endpoint"],
      [{ ...body, endpoint: "http://127.0.0.1:22/" }, "endpoint"],
      [{ ...body, userId: s.ben.id }, "userId"],
      [{ ...body, keys: { ...body.keys, auth: "x" } }, "keys.auth"],
      [{ endpoint: body.endpoint }, "keys"],
    ] as const
  ) {
    const { status, json } = await ask(s.world, "POST", "/subscribe", { by: s.ann, body: bad });
    assert.deepEqual([status, json.error.issues[0].path], [400, path]);
  }
});

Deno.test("R8 a stranger, a member and a key get no further than they may", async () => {
  await using s = await school();
  const { json } = await ask(s.world, "POST", "", {
    key: s.key,
    body: { userId: s.ann.id, title: "a", message: "b" },
  });
  const { body } = s.fixture.subscribe();
  const routes: [string, string, unknown?][] = [
    ["GET", ""],
    ["POST", "", { userId: s.ann.id, title: "a", message: "b" }],
    ["PUT", `/${json.data.id}/read`],
    ["PUT", `/${json.data.id}/archive`],
    ["PUT", "/read-all"],
    ["PUT", "/seen", {}],
    ["POST", "/subscribe", body],
    ["DELETE", "/subscribe", { endpoint: body.endpoint }],
    ["GET", "/devices"],
    ["DELETE", "/devices/dev_1"],
    ["POST", "/test"],
  ];
  for (const [method, path, body] of routes) {
    const nobody = await ask(s.world, method, path, { body });
    assert.deepEqual([nobody.status, nobody.json.error.code], [401, "unauthenticated"], path);
    if (method === "POST" && path === "") continue;
    const byKey = await ask(s.world, method, path, { key: s.key, body });
    assert.equal(byKey.status, 403, `${method} ${path} by a key`);
  }
  const byMember = await ask(s.world, "POST", "", { by: s.ben, body: routes[1]?.[2] });
  assert.deepEqual([byMember.status, byMember.json.error.code], [403, "forbidden"]);
  // Somebody else's, one that never was, and no id at all look the same.
  const messages = new Set<string>();
  for (const id of [json.data.id, "n999", "%20"]) {
    for (const what of ["read", "archive"]) {
      const { status, json } = await ask(s.world, "PUT", `/${id}/${what}`, { by: s.ben });
      assert.deepEqual([status, json.error.code], [404, "not_found"]);
      if (id !== "%20") messages.add(`${what} ${json.error.message}`);
    }
  }
  assert.equal(messages.size, 2);
});

Deno.test("a route that does not exist yet is 404, and a method that does not 405", async () => {
  await using s = await school();
  for (const method of ["GET", "PUT"]) {
    const body = method === "PUT" ? {} : undefined;
    assert.equal(
      (await ask(s.world, method, "/preferences/mine", { by: s.ann, body })).status,
      404,
    );
  }
  assert.equal((await ask(s.world, "DELETE", "/read-all", { by: s.ann })).status, 405);
});

Deno.test("signing out ends the pushes of that browser, and of no other", async () => {
  await using s = await school();
  const [here, elsewhere] = [s.fixture.subscribe(), s.fixture.subscribe()];
  await ask(s.world, "POST", "/subscribe", { by: s.ann, body: here.body });
  const { token } = await s.world.auth.login(
    { email: "ann@example.org", password: "long enough" },
    { userAgent: "test", address: "192.0.2.1" },
  );
  await ask(s.world, "POST", "/subscribe", { by: { token }, body: elsewhere.body });
  const devices = async () => (await s.world.push.listDevices(s.ann.id)).length;
  assert.equal(await devices(), 2);
  const left = await fetch(`${await s.world.origin()}/api/auth/logout`, {
    method: "POST",
    headers: { authorization: `Bearer ${s.ann.token}` },
  });
  assert.equal(left.status, 204);
  await until(async () => await devices() === 1, "its device is gone");
  const { json } = await ask(s.world, "GET", "/devices", { by: { token } });
  assert.equal(json.data.length, 1);
});
