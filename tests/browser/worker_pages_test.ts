/** Which pages the service worker lets through and which it stands in for, on a site made for it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { launchChromium } from "../support/browser.ts";
import { eventually } from "../support/chat_page.ts";

type Mode = "well" | "silent" | "unavailable" | "moved";

/** A site with the worker, whose `/chat` does what it is told. */
function site() {
  const worker = new URL("../../static/sw.js", import.meta.url);
  const state = { mode: "well" as Mode, build: "1" };
  const html = (text: string) =>
    new Response(
      `<!doctype html><title>${text}</title><link rel="stylesheet" href="/styles.css?__frsh_c=${state.build}">
      <script>navigator.serviceWorker.register("/sw.js")</script>`,
      { headers: { "content-type": "text/html" } },
    );
  // Ended at once: an answer that never comes would keep an orderly end waiting.
  const end = new AbortController();
  const server = Deno.serve(
    { signal: end.signal, port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/sw.js") {
        const headers = { "content-type": "text/javascript" };
        return new Response(await Deno.readFile(worker), { headers });
      }
      if (pathname === "/styles.css") {
        return new Response(`body { --build: ${state.build} }`, {
          headers: { "content-type": "text/css" },
        });
      }
      if (pathname === "/offline") return html(`kept ${state.build}`);
      if (pathname !== "/chat") return html(pathname);
      if (state.mode === "moved") return Response.redirect(new URL("/sign-in", request.url), 303);
      if (state.mode === "unavailable") return new Response("busy", { status: 503 });
      if (state.mode === "silent") await new Promise(() => {});
      return html("chat");
    },
  );
  return { end, server, state, origin: `http://localhost:${server.addr.port}` };
}

const cachesOf = (page: Page) => page.evaluate(async () => (await caches.keys()).join());

async function keep(page: Page, version: string): Promise<void> {
  await page.evaluate(async (version) => {
    (await navigator.serviceWorker.ready).active?.postMessage({ type: "keep", version });
  }, version);
  await eventually(page, () => cachesOf(page), `shell ${version}`, "the one build that is kept");
}

Deno.test({
  name: "the worker stands in for pages of the app alone, and only while the server is away",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { end, server, state, origin } = site();
    const browser = await launchChromium();
    try {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${origin}/chat`);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      const go = async (mode: Mode, path = "/chat") => {
        state.mode = mode;
        await page.goto(origin + path);
        return await page.title();
      };
      assert.equal(await go("unavailable"), "", "nothing is kept yet: the server's own answer");
      assert.equal(await go("well"), "chat");
      await keep(page, "1");
      assert.equal(await go("well"), "chat", "the network comes first");
      assert.equal(await go("unavailable"), "kept 1");
      assert.equal(await go("silent"), "kept 1");
      assert.equal(await go("moved"), "/sign-in", "a session that has ended leads on");
      assert.equal(await go("well", "/sign-in"), "/sign-in");

      // A build that is there in part is not used, nor is anything of it.
      await page.evaluate(async () => {
        const half = await caches.open("shell 2");
        await half.put("/styles.css?__frsh_c=2", new Response("half"));
      });
      assert.equal(await go("unavailable"), "kept 1");
      const sheet = () =>
        page.evaluate(async () => await (await fetch("/styles.css?__frsh_c=2")).text());
      state.build = "2";
      assert.equal(await sheet(), "body { --build: 2 }");
      state.mode = "well";
      await keep(page, "2");
      assert.equal(await go("unavailable"), "kept 2");

      end.abort();
      await server.finished;
      assert.equal(await go("well"), "kept 2");
      await assert.rejects(page.goto(`${origin}/sign-in`), /ERR_/, "not its business");
    } finally {
      await browser.close();
      end.abort();
    }
  },
});
