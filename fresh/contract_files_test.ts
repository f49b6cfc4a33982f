/** File routes, special files and static files of Fresh. Imports public names only, so that it runs against Fresh too. */
import { App, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import type { State } from "./testdata/app/define.ts";
import { app } from "./testdata/app/main.ts";
import { quietly } from "./testdata/quietly.ts";

const builder = new Builder({ root: new URL("./testdata/app", import.meta.url).pathname });
const applySnapshot = await builder.build({ snapshot: "memory" });
applySnapshot(app);
const handler = app.handler();

const get = (path: string, init?: RequestInit) =>
  handler(new Request(`http://localhost${path}`, init));
const body = async (path: string, init?: RequestInit) => await (await get(path, init)).text();

/** The page without what the framework adds: comments and scripts. */
const plain = (html: string) => html.replace(/<!--.*?-->|<script[\s\S]*?<\/script>/g, "");

Deno.test("file names become patterns", async () => {
  match(await body("/"), /<h1>start \/ false<\/h1>/);
  match(plain(await body("/blog/hello%20world")), /post hello world of hello world/);
  deepEqual(JSON.parse(await body("/old/a/b")), { path: "a/b", route: "/old/:path*" });
  equal(await body("/docs"), "version none");
  equal(await body("/docs/v2"), "version v2");
  match(plain(await body("/about")), /<b>banner<\/b>/);
});

Deno.test("a literal segment wins over [param], and that over [...rest]", async () => {
  match(await body("/blog/featured"), /the featured one/);
  match(plain(await body("/blog/other")), /post other/);
  match(plain(await body("/blog/a/b")), /rest a\/b/);
});

Deno.test("files in (_components) and tests are no routes", async () => {
  equal((await get("/Banner")).status, 404);
  equal((await get("/_components/Banner")).status, 404);
  equal((await get("/ignored_test")).status, 404);
});

Deno.test("routeOverride takes the place of the path", async () => {
  deepEqual(JSON.parse(await body("/x/std@1.2")), { module: "std", version: "1.2" });
  equal((await get("/override")).status, 404);
});

Deno.test("handlers answer by method, with page() rendering the component", async () => {
  const read = await get("/blog/a");
  equal(read.headers.get("x-post"), "yes");
  const sent = await get("/blog/a", { method: "POST" });
  equal(sent.status, 201);
  match(plain(await sent.text()), /posted a/);
  equal((await get("/blog/a", { method: "DELETE" })).status, 405);
  equal((await get("/blog/a", { method: "HEAD" })).status, 200);
  equal((await get("/about", { method: "POST" })).status, 405);
});

Deno.test("_app and _layout surround the pages of their folder and below", async () => {
  const sub = plain(await body("/sub"));
  match(sub, /^<!DOCTYPE html><html lang="en">/i);
  match(sub, /class="root-layout"><div class="sub-layout"><p>sub index/);
  ok(!(await body("/async?name=x")).includes("sub-layout"));
  match(plain(await body("/sub/deep")), /<body[^>]*>.*<div class="deep-layout"><p>deep/s);
  ok(!/root-layout|sub-layout/.test(await body("/sub/deep")));
  const bare = await body("/sub/bare");
  ok(bare.includes("<p>bare</p>") && !/root-layout|sub-layout|<nav>/.test(bare), bare);
});

Deno.test("a group has a layout of its own and adds no segment", async () => {
  match(plain(await body("/about")), /class="root-layout"><section class="marketing"><main>/);
  ok(!(await body("/")).includes("marketing"));
  equal((await get("/(marketing)/about")).status, 404);
});

Deno.test("_middleware runs from the outside in, one or an array, by either export", async () => {
  equal((await get("/")).headers.get("x-trail"), "main root-1 root-2");
  equal((await get("/sub")).headers.get("x-trail"), "main root-1 root-2 sub");
});

Deno.test("_error shows what is thrown below its folder, with the status of the error", async () => {
  await quietly(async () => {
    const forbidden = await get("/forbidden");
    equal(forbidden.status, 403);
    match(plain(await forbidden.text()), /class="error">status 403/);
    const sub = await get("/sub/throws");
    equal(sub.status, 500);
    const html = await sub.text();
    match(html, /sub failed/);
    ok(!html.includes("a secret of the server"));
  });
});

Deno.test("_404 answers for unknown paths and for a thrown 404", async () => {
  for (const path of ["/nowhere", "/sub/missing"]) {
    const response = await get(path);
    equal(response.status, 404);
    match(plain(await response.text()), new RegExp(`class="missing">nothing at ${path}`));
  }
});

Deno.test("Head replaces the title and the meta of the same name", async () => {
  const html = await body("/");
  const head = html.slice(0, html.indexOf("</head>"));
  deepEqual(head.match(/<title>.*?<\/title>/g), ["<title>Start</title>"]);
  deepEqual(head.match(/content="from[^"]*"/g), ['content="from the page"']);
  match(await body("/about"), /<title>Fixture<\/title>/);
});

Deno.test("islands are rendered on the server, and only then are scripts sent for them", async () => {
  const html = await body("/islands");
  match(plain(html), /<div id="a" data-browser="false"><output>3<\/output>/);
  match(plain(html), /<em>label<\/em>/);
  match(plain(html), /<p class="child">from the server<\/p>/);
  ok(/type="module"/.test(html));
  ok(!(await body("/sub/bare")).includes("<script"));
});

Deno.test("props of islands cannot end the script that carries them", async () => {
  const html = await body("/islands");
  for (const [script] of html.matchAll(/<script[^>]*>[\s\S]*?<\/script>/g)) {
    ok(!/<!--|\u2028/.test(script), script);
  }
  // What follows the text is still there, so the script did not end within it.
  ok(!plain(html).includes("&amp;amp;"));
  ok(!html.includes("</script><!--"));
});

Deno.test("isPartial tells a partial request", async () => {
  match(await body("/?fresh-partial=true"), /<h1>start \/ true<\/h1>/);
});

Deno.test("static files have an ETag, a type and 304", async () => {
  const first = await get("/styles.css");
  equal(first.status, 200);
  match(first.headers.get("content-type")!, /^text\/css/);
  match(first.headers.get("cache-control")!, /no-cache/);
  match(await first.text(), /margin/);
  const etag = first.headers.get("etag")!;
  const second = await get("/styles.css", { headers: { "if-none-match": etag } });
  equal(second.status, 304);
  equal(await second.text(), "");
  equal((await get("/styles.css", { headers: { "if-none-match": '"other"' } })).status, 200);
  const head = await get("/img/note.txt", { method: "HEAD" });
  equal(head.status, 200);
  equal(await head.text(), "");
  for (const method of ["POST", "DELETE"]) {
    equal((await get("/styles.css", { method })).status, 405);
  }
});

Deno.test("asset() makes a URL that is cached for as long as the build lasts", async () => {
  const html = await body("/assets");
  const [, href] = /href="(\/styles\.css\?[^"]+)"/.exec(html)!;
  const cached = await get(href!.replaceAll("&amp;", "&"));
  match(cached.headers.get("cache-control")!, /max-age=31536000.*immutable/);
  const other = await get(href!.replace(/=.*/, "=another-build"));
  ok(!/immutable/.test(other.headers.get("cache-control") ?? ""));
  match(html, /\/img\/a\.png\?[^ ]+ 1x, \/img\/b\.png\?[^ ]+ 2x/);
});

Deno.test("files of the bundle are immutable", async () => {
  const html = await body("/islands");
  const scripts = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, url]) => url!);
  ok(scripts.length > 0);
  for (const url of scripts) {
    const response = await get(url);
    equal(response.status, 200);
    match(response.headers.get("content-type")!, /javascript/);
    match(response.headers.get("cache-control")!, /immutable/);
    notEqual(await response.text(), "");
  }
});

Deno.test("nothing outside of static/ is served", async () => {
  const paths = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/img/..%2f..%2fsecret.txt",
    "/img/%2e%2e%5c..%5csecret.txt",
    "//secret.txt",
    "/%00secret.txt",
    "/%",
    "/img",
    "/img/",
  ];
  for (const path of paths) {
    const response = await get(path);
    ok(response.status === 404 || response.status === 400, `${path}: ${response.status}`);
    ok(!(await response.text()).includes("private"), path);
  }
});

Deno.test("below a base path, pages, bundle and static files are served there", async () => {
  const based = new App<State>({ basePath: "/base" }).use(staticFiles()).use((ctx) => {
    ctx.state.trail = [];
    return ctx.next();
  }).fsRoutes();
  applySnapshot(based);
  const from = (path: string) => based.handler()(new Request(`http://localhost${path}`));
  equal((await from("/base/styles.css")).status, 200);
  equal((await from("/styles.css")).status, 404);
  const html = await (await from("/base/islands")).text();
  const [, script] = /<script[^>]*src="([^"]+\.js)"/.exec(html)!;
  equal((await from(script!)).status, 200);
});

Deno.test("fsRoutes can be put below a path", async () => {
  const below = new App<State>().use(staticFiles()).use((ctx) => {
    ctx.state.trail = [];
    return ctx.next();
  }).fsRoutes("/deep/er");
  applySnapshot(below);
  const answer = await below.handler()(new Request("http://localhost/deep/er/docs/v3"));
  equal(await answer.text(), "version v3");
});
