import { deepEqual, equal } from "node:assert/strict";
import { App } from "./app.ts";
import { covers } from "./chain.ts";

Deno.test("covers compares segments and looks past groups that the scope does not name", () => {
  equal(covers([], ["a"]), true);
  equal(covers(["a"], ["a", "b"]), true);
  equal(covers(["a"], ["ab"]), false);
  equal(covers(["a", "b"], ["a"]), false);
  equal(covers(["about"], ["(info)", "about"]), true);
  equal(covers(["(info)"], ["(info)", "about"]), true);
  equal(covers(["(other)"], ["(info)", "about"]), false);
  equal(covers(["(info)", "x"], ["x"]), false);
});

Deno.test("a middleware may try once more", async () => {
  let tries = 0;
  const handler = new App()
    .use(async (ctx) => {
      try {
        return await ctx.next();
      } catch {
        return await ctx.next();
      }
    })
    .use((ctx) => ctx.next())
    .get("/", (ctx) => {
      if (++tries === 1) throw new Error("first");
      return ctx.text(`try ${tries}`);
    })
    .handler();
  const response = await handler(new Request("http://localhost/"));
  equal(await response.text(), "try 2");
});

Deno.test("a middleware that is loaded when it is first needed is loaded once", async () => {
  let loads = 0;
  const handler = new App().get("/", () => {
    loads++;
    return Promise.resolve((ctx) => ctx.text("loaded"));
  }).handler();
  for (let i = 0; i < 2; i++) {
    equal(await (await handler(new Request("http://localhost/"))).text(), "loaded");
  }
  equal(loads, 1);
});

Deno.test("a middleware that answers with something else is named in the error", async () => {
  const errors: unknown[] = [];
  const handler = new App()
    .onError("*", (ctx) => {
      errors.push(String(ctx.error));
      return new Response("failed", { status: 500 });
    })
    .get("/x", (() => undefined) as never)
    .handler();
  equal((await handler(new Request("http://localhost/x"))).status, 500);
  deepEqual(errors, ["TypeError: Cannot answer GET /x: a middleware returned undefined"]);
});

Deno.test("handler() is made once until something is added", () => {
  const app = new App().get("/", (ctx) => ctx.text(""));
  const first = app.handler();
  equal(app.handler(), first);
  equal(app.get("/b", (ctx) => ctx.text("")).handler() === first, false);
});

Deno.test("an error handler that fails hands over to the one around it", async () => {
  const handler = new App()
    .onError("*", (ctx) => new Response(`outer ${ctx.error}`, { status: 500 }))
    .onError("/in", () => Promise.reject(new Error("second")))
    .get("/in", () => Promise.reject(new Error("first")))
    .handler();
  const response = await handler(new Request("http://localhost/in"));
  equal(await response.text(), "outer Error: second");
});
