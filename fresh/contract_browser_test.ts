/** What pages built on Fresh do in a browser. Imports public names only, so that it runs against Fresh as well. */
import { Builder } from "fresh/dev";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { app } from "./testdata/app/main.ts";
import { describe, makeValues } from "./testdata/app/lib/values.ts";
import { openPage, untilText } from "./testdata/browser.ts";
import { launchChromium } from "../tests/support/browser.ts";
import { serveHandler } from "./testdata/serve.ts";

const builder = new Builder({
  root: new URL("./testdata/app", import.meta.url).pathname,
});

Deno.test("pages in a browser", async (t) => {
  const applySnapshot = await builder.build({ snapshot: "memory" });
  applySnapshot(app);
  await using server = serveHandler(app.handler());
  const browser = await launchChromium();

  const step: Step = (name, path, run, expected) =>
    t.step(name, async () => {
      const { page, problems } = await openPage(browser);
      try {
        await page.goto(server.origin + path);
        await run(page);
        deepEqual(problems.filter((text) => !expected?.test(text)), []);
      } finally {
        await page.close();
      }
    });

  try {
    await hydration(step);
    await partials(step);
    await noScript(t, browser, server.origin);
  } finally {
    await browser.close();
  }
});

type Step = (
  name: string,
  path: string,
  run: (page: Page) => Promise<void>,
  expectedProblem?: RegExp,
) => Promise<boolean>;

async function hydration(step: Step): Promise<void> {
  await step(
    "islands are hydrated, each with its own props and state",
    "/islands",
    async (page) => {
      await page.click("#a button");
      await page.click("#a button");
      await untilText(page, "#a output", "5");
      equal(await page.textContent("#b output"), "5");
      await page.click("#b button");
      await untilText(page, "#b output", "6");
      equal(await page.textContent("#a output"), "5");
    },
  );

  await step(
    "two islands that are given one signal see each other's changes",
    "/islands",
    async (page) => {
      equal(await page.textContent("#shown"), "1 and 2");
      await page.click("#plus");
      // A computed signal keeps the value that it had on the server.
      await untilText(page, "#shown", "2 and 2");
    },
  );

  await step(
    "an island shows the elements it is given, as props and as children",
    "/islands",
    async (page) => {
      await page.click("#open");
      await untilText(page, "#open", "close");
      equal(await page.textContent("#box h2 em"), "label");
      equal(await page.textContent("#box .child"), "from the server");
    },
  );

  await step(
    "an island within the children of another one works",
    "/islands",
    async (page) => {
      await page.click("#nested button");
      await untilText(page, "#nested output", "51");
      await page.click("#open");
      await untilText(page, "#nested output", "51");
    },
  );

  await step(
    "an element that was not shown at first appears with its islands",
    "/islands",
    async (page) => {
      equal(await page.locator("#hidden").count(), 0);
      await page.click("#open");
      await untilText(page, "#hidden #inner output", "70");
      await page.click("#inner button");
      await untilText(page, "#inner output", "71");
      await page.click("#open");
      await page.waitForSelector("#hidden", { state: "detached" });
    },
  );

  await step("an island may use Head and asset() in the browser", "/islands", async (page) => {
    equal(await page.title(), "Fixture");
    const rendered = await page.getAttribute("#titled", "data-asset");
    await page.click("#titled");
    await untilText(page, "#titled", rendered!);
    equal(await page.title(), "From an island");
    equal(await page.locator("head meta[name=description]").count(), 1);
    const meta = await page.getAttribute("head meta[name=description]", "content");
    equal(meta, "from the island");
  });

  await step("every supported type arrives as what it was", "/islands", async (page) => {
    const expected = JSON.stringify(describe(makeValues()));
    await untilText(page, "#types", expected);
  });

  await step(
    "an island beside its route in (_islands) is hydrated",
    "/about",
    async (page) => {
      await page.click("#toggle");
      await untilText(page, "#toggle", "on");
    },
  );

  await step(
    "a policy with a nonce lets islands and inline styles work",
    "/islands",
    async (page) => {
      const colour = () => getComputedStyle(document.body).color;
      equal(await page.evaluate(colour), "rgb(1, 2, 3)");
      await page.click("#a button");
      await untilText(page, "#a output", "4");
      const inject = () => {
        const script = document.createElement("script");
        script.textContent = "globalThis.injected = true";
        document.body.append(script);
        return "injected" in globalThis;
      };
      equal(await page.evaluate(inject), false);
    },
    /Content Security Policy/,
  );
}

async function partials(step: Step): Promise<void> {
  await step(
    "a link below f-client-nav replaces the partial and not the page",
    "/pages/one",
    async (page) => {
      await page.evaluate(() => document.documentElement.dataset.kept = "yes");
      await page.click("#to-two");
      await untilText(page, "h1", "page two");
      ok(page.url().endsWith("/pages/two"), page.url());
      equal(await page.title(), "Page two");
      equal(
        await page.evaluate(() => document.documentElement.dataset.kept),
        "yes",
      );
      await page.click("#nav button");
      await page.waitForFunction(() =>
        /^\d+$/.test(document.querySelector("#nav output")!.textContent!)
      );
    },
  );

  await step("the history leads back and forth", "/pages/one", async (page) => {
    await page.evaluate(() => document.documentElement.dataset.kept = "yes");
    await page.click("#to-two");
    await untilText(page, "h1", "page two");
    await page.goBack();
    await untilText(page, "h1", "page one");
    ok(page.url().endsWith("/pages/one"));
    await page.goForward();
    await untilText(page, "h1", "page two");
    equal(
      await page.evaluate(() => document.documentElement.dataset.kept),
      "yes",
    );
  });

  await step(
    "f-client-nav={false} leaves the link to the browser",
    "/pages/one",
    async (page) => {
      await page.evaluate(() => document.documentElement.dataset.kept = "yes");
      await page.click("#to-two-reload");
      await untilText(page, "h1", "page two");
      equal(
        await page.evaluate(() => document.documentElement.dataset.kept),
        undefined,
      );
    },
  );

  await step("a page without a common partial is opened as a whole", "/pages/one", async (page) => {
    await page.evaluate(() => document.documentElement.dataset.kept = "yes");
    await page.click("#to-bare");
    await untilText(page, "body > p", "bare");
    ok(page.url().endsWith("/sub/bare"), page.url());
    equal(await page.evaluate(() => document.documentElement.dataset.kept), undefined);
    // A bare page names no icon, so the browser asks for the usual one.
  }, /404/);

  await step("f-partial adds to a partial by its mode", "/pages/one", async (page) => {
    const rows = () => page.locator("ul li").allTextContents();
    await page.click("#nav button");
    await untilText(page, "#nav output", "2");
    await page.click("#more");
    await page.waitForFunction(() => document.querySelectorAll("ul li").length === 2);
    await page.click("#before");
    await page.waitForFunction(() => document.querySelectorAll("ul li").length === 3);
    deepEqual(await rows(), ["before", "first", "more"]);
    // The partial's surroundings were left alone.
    equal(await page.textContent("#nav output"), "2");
  });

  await step(
    "a form below f-client-nav is sent and its redirect followed",
    "/pages/one",
    async (page) => {
      await page.evaluate(() => document.documentElement.dataset.kept = "yes");
      await page.fill("input[name=word]", "three");
      await page.click("#send");
      await untilText(page, "h1", "page three");
      ok(page.url().endsWith("/pages/three"), page.url());
      equal(
        await page.evaluate(() => document.documentElement.dataset.kept),
        "yes",
      );
    },
  );
}

async function noScript(
  t: Deno.TestContext,
  browser: Browser,
  origin: string,
): Promise<void> {
  await t.step(
    "without scripts, the page shows what the islands rendered on the server",
    async () => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(`${origin}/islands`);
      equal(await page.textContent("#a output"), "3");
      match((await page.textContent("#box"))!, /label.*from the server/s);
      await context.close();
    },
  );
}
