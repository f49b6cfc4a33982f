/** What loading the product costs a person: script, shifts, and waiting when they switch. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chatPage, untilOnline } from "../support/chat_page.ts";
import { browserSuite, type World } from "../support/suite.ts";

const { test } = browserSuite();
/** All script of the chat page, compressed (design: 60 KB). */
const SCRIPT_MAX_BYTES = 60_000;
const SWITCH_MAX_MS = 100;

async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

async function withTwo(world: World, name: string) {
  const ann = await world.person(`Ann ${name}`);
  const ben = await world.person(`Ben ${name}`);
  const cleo = await world.person(`Cleo ${name}`);
  for (const { token } of [ben, cleo]) {
    for (let n = 1; n <= 30; n++) {
      await world.call(token, "POST", "/api/messages", {
        receiverId: ann.id,
        content: `Message ${n} 👋 with a link https://example.org/${n}`,
      });
    }
  }
  await world.notify(ann, { title: "Essay graded", message: "An A", link: "/settings" });
  return { ann, ben, cleo, chat: chatPage(ann.page) };
}

test("all script of the chat page is less than 60 KB, compressed", async (world) => {
  const { ann: { page }, ben, chat } = await withTwo(world, "Budget");
  const scripts = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    scripts.set(response.url(), response.body().then((body) => new Uint8Array(body)));
  });
  await chat.open(ben.id);
  await chat.send("and what sending needs");
  await chat.see("and what sending needs", "sent");
  await page.waitForLoadState("networkidle");
  const inline = await page.locator("script:not([src]):not([type*=json])").allTextContents();
  let total = 0;
  const sizes: string[] = [];
  for (const [url, body] of scripts) {
    const size = await gzipSize(await body);
    total += size;
    sizes.push(`${new URL(url).pathname} ${size}`);
  }
  for (const text of inline) total += await gzipSize(new TextEncoder().encode(text));
  console.log(`script of the chat page: ${total} bytes compressed`);
  assert.ok(scripts.size > 0);
  assert.ok(total < SCRIPT_MAX_BYTES, `${total} bytes: ${sizes.join(", ")}`);
});

/** A layout shift, and what it moved. */
interface Shift {
  value: number;
  at: number;
  nodes: (string | null | undefined)[];
}

/** Keeps every layout shift of the page from its first frame on. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const all: Shift[] = [];
    Object.assign(globalThis, { shifts: all });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources } = entry as PerformanceEntry & {
          value: number;
          sources: { node: Node | null }[];
        };
        const nodes = sources.map(({ node }) =>
          node instanceof Element ? `${node.tagName}.${node.className}` : node?.textContent
        );
        all.push({ value, at: Math.round(entry.startTime), nodes });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

const shiftsOf = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts);

/** Lets what is due be drawn. */
const frames = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });

/** What the swap to our own type may move in all, of 1: less than an eye notices. */
const SWAP_MAX = 0.005;

/**
 * Does something that loads a page whose type comes last of all: nothing may shift while the page
 * comes to life, and next to nothing when the type is there.
 */
async function loadsStill(page: Page, load: () => Promise<unknown>, what: string): Promise<void> {
  const held = Promise.withResolvers<void>();
  await page.route(/\.woff2/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await load();
  await frames(page);
  assert.deepEqual(await shiftsOf(page), [], what);
  held.resolve();
  await page.evaluate(() => document.fonts.ready.then(() => {}));
  await frames(page);
  const shifts = await shiftsOf(page);
  const total = shifts.reduce((sum, { value }) => sum + value, 0);
  assert.ok(total <= SWAP_MAX, `${what}: ${JSON.stringify(shifts)}`);
  await page.unrouteAll({ behavior: "wait" });
}

test("coming to life shifts nothing, on any page", async (world) => {
  const { ann, ben } = await withTwo(world, "Shifts");
  // Without its type a page is not loaded, so what is waited for is its life.
  const early = { waitUntil: "domcontentloaded" } as const;
  for (const { page } of [ann, await world.device(ann, { size: "phone" })]) {
    await watchShifts(page);
    for (const path of ["/chat", `/chat/${ben.id}`, "/notifications", "/settings"]) {
      await loadsStill(page, () => untilOnline(page, () => page.goto(path, early)), path);
    }
  }
  const { page } = await world.open();
  await watchShifts(page);
  for (const path of ["/sign-in", "/sign-up"]) {
    await loadsStill(page, () => page.goto(path, early), path);
  }
});

test("a conversation that was open before is there within 100 ms", async (world) => {
  const { ann: { page }, chat } = await withTwo(world, "Switch");
  await chat.open();
  await chat.openRow("Ben Switch");
  await chat.openRow("Cleo Switch");
  const times: number[] = [];
  // The best of many: whatever else runs on the machine is not the page's doing.
  for (let turn = 0; turn < 6 || (Math.min(...times) > SWITCH_MAX_MS && turn < 60); turn++) {
    const name = turn % 2 === 0 ? "Ben Switch" : "Cleo Switch";
    times.push(
      await page.evaluate(async (name) => {
        const rows = [...document.querySelectorAll<HTMLElement>("a[data-row]")];
        const start = performance.now();
        rows.find((row) => row.textContent?.includes(name))?.click();
        const shown = () =>
          document.querySelector(".conversation-pane h1")?.textContent === name &&
          document.querySelectorAll(".message").length === 30;
        while (!shown()) await new Promise((resolve) => requestAnimationFrame(resolve));
        // The frame in which it is drawn.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now() - start;
      }, name),
    );
  }
  const best = Math.min(...times);
  console.log(`switching: ${times.map(Math.round).join(", ")} ms`);
  assert.ok(best <= SWITCH_MAX_MS, `${Math.round(best)} ms`);
});
