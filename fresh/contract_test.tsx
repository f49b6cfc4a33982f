/** App, Context and handlers. Imports public names only, so that it runs against Fresh as well. */
import { HttpError as RuntimeHttpError, IS_BROWSER } from "fresh/runtime";
import { App, createDefine, HttpError, page, type PageProps } from "fresh";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { quietly } from "./testdata/quietly.ts";

interface State {
  trail?: string[];
  user?: string;
}

type Handler = (req: Request) => Promise<Response>;

const get = (handler: Handler, path: string, init?: RequestInit) =>
  handler(new Request(`http://localhost${path}`, init));

async function body(handler: Handler, path: string, init?: RequestInit): Promise<string> {
  return await (await get(handler, path, init)).text();
}

Deno.test("App answers each method with the handler that was registered for it", async () => {
  const app = new App();
  for (const method of ["get", "post", "put", "patch", "delete"] as const) {
    app[method]("/x", (ctx) => ctx.text(`${method} ${ctx.req.method}`));
  }
  app.all("/all", (ctx) => ctx.text(ctx.req.method));
  app.head("/h", () => new Response(null, { headers: { "x-head": "own" } }));
  app.get("/h", () => new Response("get"));
  const handler = app.handler();
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    equal(await body(handler, "/x", { method }), `${method.toLowerCase()} ${method}`);
    equal(await body(handler, "/all", { method }), method);
  }
  equal((await get(handler, "/h", { method: "HEAD" })).headers.get("x-head"), "own");
  equal(await body(handler, "/h"), "get");
});

Deno.test("App answers 405 with Allow where the path has no such method", async () => {
  const handler = new App().get("/x", (ctx) => ctx.text("")).put("/x", (ctx) => ctx.text(""))
    .handler();
  const response = await get(handler, "/x", { method: "POST" });
  equal(response.status, 405);
  const allow = response.headers.get("allow")!.split(/,\s*/);
  ok(allow.includes("GET") && allow.includes("PUT") && !allow.includes("POST"), String(allow));
});

Deno.test("App answers HEAD with the GET handler's headers", async () => {
  const handler = new App().get("/x", (ctx) => ctx.text("hello", { headers: { "x-a": "b" } }))
    .handler();
  const response = await get(handler, "/x", { method: "HEAD" });
  equal(response.status, 200);
  equal(response.headers.get("x-a"), "b");
});

Deno.test("App passes decoded parameters and the pattern", async () => {
  const handler = new App()
    .get("/u/:id/posts/:post", (ctx) => ctx.json({ ...ctx.params, route: ctx.route }))
    .get("/files/*", (ctx) => ctx.text("file"))
    .get("/many/:rest*", (ctx) => ctx.text(ctx.params.rest ?? ""))
    .get("/num/:id(\\d+)", (ctx) => ctx.text(`number ${ctx.params.id}`))
    .handler();
  deepEqual(JSON.parse(await body(handler, "/u/J%C3%BCrgen/posts/7?q=1")), {
    id: "Jürgen",
    post: "7",
    route: "/u/:id/posts/:post",
  });
  equal(await body(handler, "/files/a/b.txt"), "file");
  equal(await body(handler, "/many/a/b"), "a/b");
  equal(await body(handler, "/num/12"), "number 12");
  equal((await get(handler, "/num/x")).status, 404);
  equal((await get(handler, "/u/1")).status, 404);
});

Deno.test("App prefers a literal path to a pattern, and patterns by their order", async () => {
  const handler = new App()
    .get("/p/:id", (ctx) => ctx.text(`id ${ctx.params.id}`))
    .get("/p/new", (ctx) => ctx.text("literal"))
    .get("/p/:other", (ctx) => ctx.text("never"))
    .handler();
  equal(await body(handler, "/p/new"), "literal");
  equal(await body(handler, "/p/1"), "id 1");
});

Deno.test("Middlewares run in their order, at their path, and for what is added after them", async () => {
  const add = (name: string) => (ctx: { state: State; next(): Promise<Response> }) => {
    (ctx.state.trail ??= []).push(name);
    return ctx.next();
  };
  const handler = new App<State>()
    .use(add("a"), add("b"))
    .get("/early", (ctx) => ctx.json(ctx.state.trail))
    .use("/api", add("api"))
    .use(add("c"))
    .get("/api/x", add("own"), (ctx) => ctx.json(ctx.state.trail))
    .get("/late", (ctx) => ctx.json(ctx.state.trail))
    .handler();
  deepEqual(JSON.parse(await body(handler, "/early")), ["a", "b"]);
  deepEqual(JSON.parse(await body(handler, "/late")), ["a", "b", "c"]);
  const trail: string[] = JSON.parse(await body(handler, "/api/x"));
  deepEqual([...trail].sort(), ["a", "api", "b", "c", "own"]);
  equal(trail.at(-1), "own");
});

Deno.test("A middleware can change what comes back and answer in place of the handler", async () => {
  const handler = new App()
    .use(async (ctx) => {
      const response = await ctx.next();
      response.headers.set("x-after", "yes");
      return response;
    })
    .use("/closed", (ctx) => ctx.text("closed", { status: 403 }))
    .get("/closed/x", (ctx) => ctx.text("open"))
    .get("/x", (ctx) => ctx.text("x"))
    .handler();
  equal((await get(handler, "/x")).headers.get("x-after"), "yes");
  equal((await get(handler, "/closed/x")).status, 403);
});

Deno.test("ctx.text, html and json set status, headers and type", async () => {
  const handler = new App()
    .get("/text", (ctx) => ctx.text("t", { status: 201, headers: { "x-a": "1" } }))
    .get("/html", (ctx) => ctx.html("<b>h</b>"))
    .get("/json", (ctx) => ctx.json({ j: 1 }))
    .handler();
  const text = await get(handler, "/text");
  equal(text.status, 201);
  equal(text.headers.get("x-a"), "1");
  match(text.headers.get("content-type")!, /^text\/plain/);
  match((await get(handler, "/html")).headers.get("content-type")!, /^text\/html/);
  equal((await get(handler, "/json")).headers.get("content-type"), "application/json");
});

Deno.test("ctx.redirect leads to paths and URLs, and never by // to another site", async () => {
  const handler = new App()
    .get("/a", (ctx) => ctx.redirect("/b?c=d"))
    .get("/moved", (ctx) => ctx.redirect("/b", 301))
    .get("/out", (ctx) => ctx.redirect("https://example.com/x"))
    .get("/evil", (ctx) => ctx.redirect("//evil.example/x"))
    .handler();
  const plain = await get(handler, "/a");
  equal(plain.status, 302);
  equal(plain.headers.get("location"), "/b?c=d");
  equal((await get(handler, "/moved")).status, 301);
  equal((await get(handler, "/out")).headers.get("location"), "https://example.com/x");
  const evil = (await get(handler, "/evil")).headers.get("location")!;
  equal(new URL(evil, "http://localhost").hostname, "localhost");
});

Deno.test("ctx.render renders escaped HTML with status and headers", async () => {
  const handler = new App()
    .get(
      "/",
      (ctx) => ctx.render(<h1>{"<hello>"}</h1>, { status: 418, headers: { "x-tea": "pot" } }),
    ).handler();
  const response = await get(handler, "/");
  equal(response.status, 418);
  equal(response.headers.get("x-tea"), "pot");
  match(response.headers.get("content-type")!, /^text\/html/);
  match(await response.text(), /<h1>&lt;hello(>|&gt;)<\/h1>/);
});

Deno.test("App.layout and App.appWrapper surround pages, and can be left out", async () => {
  const handler = new App()
    .appWrapper(({ Component }) => (
      <body class="wrapper">
        <Component />
      </body>
    ))
    .layout("*", ({ Component }) => (
      <div class="outer">
        <Component />
      </div>
    ))
    .layout("/in", ({ Component }) => (
      <div class="inner">
        <Component />
      </div>
    ))
    .layout("/alone", ({ Component }) => (
      <div class="alone">
        <Component />
      </div>
    ), {
      skipInheritedLayouts: true,
    })
    .get("/", (ctx) => ctx.render(<p>start</p>))
    .get("/in/x", (ctx) => ctx.render(<p>in</p>))
    .get("/alone/x", (ctx) => ctx.render(<p>alone</p>))
    .route("/bare", {
      component: () => <p>bare</p>,
      config: { skipAppWrapper: true, skipInheritedLayouts: true },
    })
    .handler();
  match(await body(handler, "/"), /class="wrapper"><div class="outer"><p>start/);
  match(await body(handler, "/in/x"), /class="outer"><div class="inner"><p>in/);
  match(await body(handler, "/alone/x"), /class="wrapper"><div class="alone"><p>alone/);
  ok(!/wrapper|outer/.test(await body(handler, "/bare")));
});

Deno.test("App.route renders its component with what the handler passes to page()", async () => {
  const define = createDefine<State>();
  const handlers = define.handlers({
    GET: () => page({ name: "Ada" }, { status: 203, headers: { "x-p": "1" } }),
    async POST(ctx) {
      const form = await ctx.req.formData();
      return page({ name: String(form.get("name")) });
    },
  });
  const Page = define.page<typeof handlers>(({ data, url, state, params, route, isPartial }) => (
    <p>
      {[data.name.toUpperCase(), url.pathname, state.user, params.id, route, isPartial].join(" ")}
    </p>
  ));
  const handler = new App<State>()
    .use((ctx) => {
      ctx.state.user = "grace";
      return ctx.next();
    })
    .route("/r/:id", { handler: handlers, component: Page })
    .handler();
  const response = await get(handler, "/r/5");
  equal(response.status, 203);
  equal(response.headers.get("x-p"), "1");
  match(await response.text(), /<p>ADA \/r\/5 grace 5 \/r\/:id false<\/p>/);
  const sent = await body(handler, "/r/6", {
    method: "POST",
    body: new URLSearchParams({ name: "Joan" }),
  });
  match(sent, /JOAN/);
  equal((await get(handler, "/r/5", { method: "DELETE" })).status, 405);
});

Deno.test("define returns its arguments, and async pages are awaited", async () => {
  const define = createDefine<State>();
  const middleware = define.middleware((ctx) => ctx.next());
  const single = define.handlers((ctx) => ctx.text(ctx.req.method));
  const Later = define.page(async ({ url }) => {
    await Promise.resolve();
    return <p>later {url.search}</p>;
  });
  const Layout = define.layout(({ Component }: PageProps<unknown, State>) => (
    <i>
      <Component />
    </i>
  ));
  const handler = new App<State>().use(middleware).layout("*", Layout)
    .route("/all", { handler: single }).route("/later", { component: Later }).handler();
  equal(await body(handler, "/all", { method: "PATCH" }), "PATCH");
  match(await body(handler, "/later?q"), /<i><p>later \?q<\/p><\/i>/);
});

Deno.test("HttpError reaches the nearest error handler, and a 404 goes to notFound first", async () => {
  const handler = new App()
    .onError("*", (ctx) => {
      const status = ctx.error instanceof HttpError ? ctx.error.status : 500;
      return new Response(`top ${status}`, { status });
    })
    .onError("/in", () => new Response("inner", { status: 500 }))
    .notFound((ctx) => {
      const known = ctx.error instanceof HttpError && ctx.error.status === 404;
      return new Response(`missing ${known}`, { status: 404 });
    })
    .get("/forbidden", () => {
      throw new HttpError(403, "not yours");
    })
    .get("/in/broken", () => {
      throw new Error("broken");
    })
    .get("/broken", () => {
      throw new Error("broken");
    })
    .get("/in/gone", () => {
      throw new HttpError(404);
    })
    .handler();
  await quietly(async () => {
    equal(await body(handler, "/forbidden"), "top 403");
    equal(await body(handler, "/broken"), "top 500");
    equal(await body(handler, "/in/broken"), "inner");
    equal(await body(handler, "/in/gone"), "missing true");
    equal((await get(handler, "/nowhere")).status, 404);
    match(await body(handler, "/nowhere"), /^missing/);
  });
});

Deno.test("Without handlers, errors are answered by their status and keep the secrets of the server", async () => {
  const handler = new App()
    .get("/forbidden", () => {
      throw new HttpError(403);
    })
    .get("/broken", () => {
      throw new Error("the password is swordfish");
    })
    .handler();
  await quietly(async () => {
    equal((await get(handler, "/forbidden")).status, 403);
    const broken = await get(handler, "/broken");
    equal(broken.status, 500);
    ok(!/swordfish|at file:/.test(await broken.text()));
    equal((await get(handler, "/nowhere")).status, 404);
  });
});

Deno.test("HttpError has a status and a message, and is the same for the browser", () => {
  const error = new HttpError(410, "gone for good");
  equal(error.status, 410);
  equal(error.message, "gone for good");
  ok(error instanceof Error && error instanceof RuntimeHttpError);
  equal(IS_BROWSER, false);
});

Deno.test("App.listen serves until it is told to stop", async () => {
  const stop = new AbortController();
  const port = Promise.withResolvers<number>();
  const app = new App().get("/", (ctx) => ctx.text(ctx.url.hostname));
  const finished = app.listen({
    port: 0,
    hostname: "127.0.0.1",
    signal: stop.signal,
    onListen: (address) => port.resolve(address.port),
  });
  const response = await fetch(`http://127.0.0.1:${await port.promise}/`);
  equal(await response.text(), "127.0.0.1");
  stop.abort();
  await finished;
});

Deno.test("App.mountApp adds another app below a path, and basePath comes before everything", async () => {
  const inner = new App<State>()
    .use((ctx) => {
      ctx.state.user = "inner";
      return ctx.next();
    })
    .get("/", (ctx) => ctx.text("inner start"))
    .get("/x/:id", (ctx) => ctx.text(`${ctx.state.user} ${ctx.params.id}`));
  const handler = new App<State>({ basePath: "/base" })
    .get("/", (ctx) => ctx.text(`start ${ctx.config.basePath}`))
    .get("/own", (ctx) => ctx.text(String(ctx.state.user)))
    .mountApp("/sub", inner)
    .handler();
  equal(await body(handler, "/base"), "start /base");
  equal(await body(handler, "/base/sub/x/1"), "inner 1");
  equal(await body(handler, "/base/own"), "undefined");
  equal((await get(handler, "/own")).status, 404);
});

Deno.test("ctx has state of its own for each request, info and config", async () => {
  const handler = new App<State>().get("/", (ctx) => {
    const seen = ctx.state.user;
    ctx.state.user = "set";
    return ctx.json({ seen: seen ?? null, mode: ctx.config.mode, error: ctx.error });
  }).handler();
  for (let i = 0; i < 2; i++) {
    const seen = JSON.parse(await body(handler, "/"));
    equal(seen.seen, null);
    equal(seen.error, null);
    ok(["production", "development"].includes(seen.mode));
  }
  const info: Deno.ServeHandlerInfo = {
    remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 5 },
    completed: Promise.resolve(),
  };
  const address = new App().get("/", (ctx) => ctx.json(ctx.info.remoteAddr)).handler();
  const response = await address(new Request("http://localhost/"), info);
  equal((await response.json()).hostname, "192.0.2.1");
});
