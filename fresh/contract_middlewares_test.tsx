/** The middlewares that Fresh brings along. Imports public names only, so that it runs against Fresh as well. */
import { App, cors, csp, csrf, trailingSlashes } from "fresh";
import { equal, match, ok } from "node:assert/strict";

const request = (path: string, method: string, headers: Record<string, string>) =>
  new Request(`http://localhost${path}`, { method, headers });

Deno.test("csrf refuses what another site sends and lets the rest pass", async () => {
  const handler = new App().use(csrf()).all("/", (ctx) => ctx.text("done")).handler();
  const status = async (method: string, headers: Record<string, string>) =>
    (await handler(request("/", method, headers))).status;
  equal(await status("POST", { "sec-fetch-site": "same-origin" }), 200);
  equal(await status("POST", { origin: "http://localhost" }), 200);
  equal(
    await status("GET", { "sec-fetch-site": "cross-site", origin: "http://evil.example" }),
    200,
  );
  const evil = { "sec-fetch-site": "cross-site", origin: "http://evil.example" };
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) equal(await status(method, evil), 403);
  equal(await status("POST", { origin: "http://evil.example" }), 403);
});

Deno.test("csrf lets named origins pass", async () => {
  for (
    const origin of [
      "https://a.example",
      ["https://b.example", "https://a.example"],
      (origin: string) => origin === "https://a.example",
    ]
  ) {
    const handler = new App().use(csrf({ origin })).post("/", (ctx) => ctx.text("")).handler();
    const from = async (origin: string) =>
      (await handler(request("/", "POST", { "sec-fetch-site": "cross-site", origin }))).status;
    equal(await from("https://a.example"), 200);
    equal(await from("https://c.example"), 403);
  }
});

Deno.test("cors answers preflights and marks responses", async () => {
  const handler = new App()
    .use(cors({
      origin: "http://app.example",
      allowHeaders: ["X-Custom"],
      allowMethods: ["POST", "GET"],
      exposeHeaders: ["X-Seen"],
      maxAge: 600,
      credentials: true,
    }))
    .get("/", (ctx) => ctx.text("hello"))
    .handler();
  const origin = { origin: "http://app.example" };
  const plain = await handler(request("/", "GET", origin));
  equal(await plain.text(), "hello");
  equal(plain.headers.get("access-control-allow-origin"), "http://app.example");
  equal(plain.headers.get("access-control-allow-credentials"), "true");
  equal(plain.headers.get("access-control-expose-headers"), "X-Seen");
  const preflight = await handler(
    request("/", "OPTIONS", { ...origin, "access-control-request-method": "POST" }),
  );
  equal(preflight.status, 204);
  equal(preflight.headers.get("access-control-max-age"), "600");
  match(preflight.headers.get("access-control-allow-methods")!, /POST/);
  match(preflight.headers.get("access-control-allow-headers")!, /X-Custom/);
});

Deno.test("csp sets a policy whose directives can be replaced, or only reports", async () => {
  const handler = new App().use(csp({ csp: ["img-src https://img.example"] }))
    .get("/", (ctx) => ctx.text("")).handler();
  const policy = (await handler(new Request("http://localhost/"))).headers
    .get("content-security-policy")!;
  match(policy, /default-src 'self'/);
  match(policy, /img-src https:\/\/img\.example/);
  equal(policy.match(/img-src/g)!.length, 1);
  const reporting = new App().use(csp({ reportOnly: true })).get("/", (ctx) => ctx.text(""))
    .handler();
  const { headers } = await reporting(new Request("http://localhost/"));
  ok(headers.has("content-security-policy-report-only"));
  ok(!headers.has("content-security-policy"));
});

Deno.test("csp with useNonce gives each page a nonce of its own on its inline tags", async () => {
  const handler = new App().use(csp({ useNonce: true })).get("/", (ctx) =>
    ctx.render(
      <html>
        <head>
          <style>{"p { color: red }"}</style>
          <script dangerouslySetInnerHTML={{ __html: "1" }} />
        </head>
        <body>x</body>
      </html>,
    )).handler();
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const response = await handler(new Request("http://localhost/"));
    const policy = response.headers.get("content-security-policy")!;
    const nonce = /script-src[^;]*'nonce-([^']+)'/.exec(policy)![1]!;
    ok(!/script-src[^;]*'unsafe-inline'/.test(policy), policy);
    const html = await response.text();
    ok(html.includes(`<style nonce="${nonce}"`), html);
    ok(new RegExp(`<script[^>]* ?nonce="${RegExp.escape(nonce)}"`).test(html), html);
    nonces.add(nonce);
  }
  equal(nonces.size, 3);
});

Deno.test("trailingSlashes redirects to the one form and keeps the query", async () => {
  const never = new App().use(trailingSlashes("never")).get("*", (ctx) => ctx.text("ok")).handler();
  const always = new App().use(trailingSlashes("always")).get("*", (ctx) => ctx.text("ok"))
    .handler();
  const target = async (handler: typeof never, path: string) => {
    const response = await handler(new Request(`http://localhost${path}`));
    if (response.status === 200) return null;
    ok([301, 302, 307, 308].includes(response.status));
    const { pathname, search } = new URL(response.headers.get("location")!, "http://localhost");
    return pathname + search;
  };
  equal(await target(never, "/a/?q=1"), "/a?q=1");
  equal(await target(never, "/a"), null);
  equal(await target(never, "/"), null);
  equal(await target(always, "/a?q=1"), "/a/?q=1");
  equal(await target(always, "/a/"), null);
});

Deno.test("trustProxy takes scheme and host from the proxy, and only then", async () => {
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "chat.example" };
  for (const trustProxy of [true, false]) {
    const handler = new App({ trustProxy }).get("/", (ctx) => ctx.text(ctx.url.origin)).handler();
    const text = await (await handler(request("/", "GET", headers))).text();
    equal(text, trustProxy ? "https://chat.example" : "http://localhost");
  }
});
