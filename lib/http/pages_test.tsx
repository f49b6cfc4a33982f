/** What pages get from the frame: headers, the sliding cookie, statuses of errors. */
import assert from "node:assert/strict";
import { App } from "fresh";
import middlewares from "../../routes/_middleware.ts";
import { AppError } from "../shared/errors.ts";
import { createRestWorld, type RestWorld } from "../testing/rest_world.ts";
import { withSecurityHeaders } from "./security_headers.ts";
import type { State } from "./state.ts";
import { unmatchedPaths } from "./unmatched_paths.ts";
import { withServices } from "./with_services.ts";

const info: Deno.ServeHandlerInfo<Deno.NetAddr> = {
  remoteAddr: { transport: "tcp", hostname: "192.0.2.9", port: 1 },
  completed: Promise.resolve(),
};

function pages({ services }: RestWorld) {
  const app = new App<State>()
    .use(withServices(services))
    .use(...middlewares)
    .route("/", { component: ({ state }) => <p>{state.locale} {state.address}</p> })
    .get("/secret", () => {
      throw new AppError("not_found", "Cannot read conversation: no such conversation");
    })
    .post("/form", (ctx) => ctx.text(ctx.state.principal?.kind ?? "stranger"))
    .get("/elsewhere", () => Response.redirect("http://localhost/"));
  const handle = withSecurityHeaders(app.handler(), services.config.appOrigin);
  return async (path: string, init: RequestInit = {}) => {
    const response = await handle(new Request(`http://localhost${path}`, init), info);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

Deno.test("pages: nothing inline without the page's own nonce, new for each page", async () => {
  await using world = await createRestWorld();
  const get = pages(world);
  const policies = [];
  for (let i = 0; i < 2; i++) {
    const { headers } = await get("/");
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /script-src 'self' 'nonce-[\w+/=-]{20,}'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.ok(!policy.includes("unsafe"));
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    policies.push(policy);
  }
  assert.notEqual(policies[0], policies[1]);
});

Deno.test("pages: an error page is as well protected, and has the error's status", async () => {
  await using world = await createRestWorld();
  const { status, headers } = await pages(world)("/secret");
  assert.equal(status, 404);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("cache-control") ?? "", /^private/);
  assert.ok(!headers.get("content-security-policy")?.includes("unsafe"));
  const line = world.logged.find((one) => one.message === "request");
  assert.deepEqual([line?.path, line?.status], ["/secret", 404]);
});

Deno.test("pages: headers can be added to a redirect as well", async () => {
  await using world = await createRestWorld();
  const { status, headers } = await pages(world)("/elsewhere");
  assert.equal(status, 302);
  assert.ok(headers.get("x-request-id"));
});

Deno.test("pages: the cookie slides with each page of a session, and with no stranger's", async () => {
  await using world = await createRestWorld();
  const get = pages(world);
  const { cookie } = await world.person("Ann");
  const own = await get("/", { headers: { cookie: `a=b; skilllink_session=${cookie}` } });
  assert.match(own.headers.get("set-cookie") ?? "", new RegExp(`^skilllink_session=${cookie};`));
  assert.equal((await get("/")).headers.get("set-cookie"), null);
  const dead = await get("/", { headers: { cookie: `skilllink_session=${"A".repeat(43)}` } });
  assert.equal(dead.headers.get("set-cookie"), null);
});

Deno.test("pages: a form from another site is refused", async () => {
  await using world = await createRestWorld();
  const get = pages(world);
  const { cookie } = await world.person("Ann");
  const post = (origin: string) =>
    get("/form", { method: "POST", headers: { cookie: `skilllink_session=${cookie}`, origin } });
  assert.equal((await post("https://evil.example")).status, 403);
  assert.equal((await post("http://localhost")).text, "user");
});

Deno.test("address: the peer's; behind a proxy what the proxy itself has seen", async () => {
  await using world = await createRestWorld();
  const headers = { "x-forwarded-for": "10.9.9.9, 203.0.113.5" };
  assert.match((await pages(world)("/", { headers })).text, /192\.0\.2\.9/);
  await using proxied = await createRestWorld({
    environment: { APP_ORIGIN: "https://chat.example.org" },
  });
  assert.match((await pages(proxied)("/", { headers })).text, /203\.0\.113\.5/);
  assert.match((await pages(proxied)("/")).text, /192\.0\.2\.9/);
});

Deno.test("locale: the reader's choice, else what the browser asks for", async () => {
  await using world = await createRestWorld();
  const get = pages(world);
  assert.match((await get("/", { headers: { "accept-language": "de-AT" } })).text, /de/);
  const headers = { "accept-language": "de", cookie: "skilllink_locale=en" };
  assert.match((await get("/", { headers })).text, /en/);
});

Deno.test("R10 pages: each person has a limit of their own, strangers one for each address", async () => {
  // 20 pages for a stranger's address, 6 for a person, 4 forms.
  await using world = await createRestWorld({ config: { rateLimitScale: 0.02 } });
  const get = pages(world);
  const people = [await world.person("Ann"), await world.person("Ben")];
  const as = ({ cookie }: { cookie: string }) => ({
    headers: { cookie: `skilllink_session=${cookie}`, origin: "http://localhost" },
  });
  for (const person of people) {
    for (let i = 0; i < 6; i++) assert.equal((await get("/", as(person))).status, 200);
    const { status, headers, text } = await get("/", as(person));
    assert.equal(status, 429);
    assert.equal(headers.get("retry-after"), "2");
    assert.match(text, /Too many requests/);
    // Its posts are counted apart.
    assert.equal((await get("/form", { method: "POST", ...as(person) })).text, "user");
  }
  for (let i = 0; i < 20; i++) assert.equal((await get("/")).status, 200);
  assert.equal((await get("/")).status, 429);
  for (let i = 0; i < 4; i++) assert.equal((await get("/form", { method: "POST" })).status, 200);
  assert.equal((await get("/form", { method: "POST" })).status, 429);
  world.clock.move(2000);
  assert.equal((await get("/", as(people[0]!))).status, 200);
  assert.equal((await get("/")).status, 200);
});

Deno.test("R10 pages: what is not there counts as a page, and the API does not", async () => {
  await using world = await createRestWorld({ config: { rateLimitScale: 0.02 } });
  const get = pages(world);
  for (let i = 0; i < 20; i++) assert.equal((await get("/secret")).status, 404);
  assert.equal((await get("/secret")).status, 429);
  assert.notEqual((await get("/api/health")).status, 429);
});

Deno.test("R10 pages: what no route takes is counted, and is JSON below /api", async () => {
  await using world = await createRestWorld({ config: { rateLimitScale: 0.02 } });
  // As `main.ts` has it: the middlewares of file routes see matched requests only.
  const app = new App<State>()
    .use(withServices(world.services))
    .use(unmatchedPaths())
    .get("/", () => new Response("home"));
  const handler = app.handler();
  const get = (path: string) => handler(new Request(`http://localhost${path}`), info);
  for (let i = 0; i < 6; i++) {
    const response = await get("/api/health/");
    assert.equal(response.status, 404);
    assert.equal((await response.json()).error.code, "not_found");
  }
  assert.equal((await (await get("/api//messages")).json()).error.code, "rate_limited");
  for (let i = 0; i < 20; i++) assert.equal((await get("/nothing")).status, 404);
  const busy = await get("/nothing");
  assert.deepEqual([busy.status, busy.headers.get("retry-after")], [429, "1"]);
  assert.equal((await get("/")).status, 200);
});
