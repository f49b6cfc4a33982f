/** Several tabs of one browser, and pages that sleep: one connection, nothing lost or doubled. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { launchChromium, openWindow } from "../support/browser.ts";
import { type ChatPage, chatPage, eventually } from "../support/chat_page.ts";
import { browserSuite, type Person, type World } from "../support/suite.ts";

const { test } = browserSuite();

/** Sockets that the page has open, asked of the page itself. */
const openSockets = (page: Page) =>
  page.evaluate(() =>
    (globalThis as unknown as { opened: WebSocket[] }).opened
      .filter(({ readyState }) => readyState <= WebSocket.OPEN).length
  );

/** Has pages of this window remember the sockets that they open. */
async function rememberSockets(person: Person): Promise<void> {
  await person.context.addInitScript(() => {
    const opened: WebSocket[] = [];
    const Real = WebSocket;
    const Remembering = class extends Real {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        opened.push(this);
      }
    };
    Object.assign(globalThis, { opened, WebSocket: Remembering });
  });
}

/** The conversation of `person` with `partner` in so many tabs of one window. */
async function openTabs(person: Person, partner: Person, count: number) {
  await rememberSockets(person);
  const tabs: { page: Page; chat: ChatPage }[] = [];
  for (let i = 0; i < count; i++) {
    const page = i === 0 ? person.page : await person.context.newPage();
    const chat = chatPage(page);
    await page.goto(`/chat/${partner.id}`);
    await chat.composer.waitFor();
    tabs.push({ page, chat });
  }
  return {
    tabs,
    /** Of all tabs that are still there. */
    count: async () => {
      const counts = await Promise.all(tabs.map(({ page }) => openSockets(page)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    /** The place of the tab that leads; -1: none does. */
    leader: async () => {
      for (const [i, { page }] of tabs.entries()) if (await openSockets(page) > 0) return i;
      return -1;
    },
  };
}

async function twoPeople(world: World, name: string) {
  const [ann, ben] = [await world.person(`Ann ${name}`), await world.person(`Ben ${name}`)];
  let said = 0;
  return {
    ann,
    ben,
    /** Ben writes to Ann; resolves to the text. */
    async hear(text = `from Ben ${++said}`) {
      await world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content: text });
      return text;
    },
  };
}

test("R4 R7 three tabs have one socket; what one sends or reads, the others have", async (world) => {
  const { ann, ben, hear } = await twoPeople(world, "Three");
  const { tabs, count } = await openTabs(ann, ben, 3);
  const first = await hear();
  for (const { chat } of tabs) await chat.see(first);
  assert.equal(await count(), 1);
  for (const [i, { page, chat }] of tabs.entries()) {
    await page.bringToFront();
    await chat.send(`from tab ${i}`);
    await chat.see(`from tab ${i}`, "sent");
  }
  const all = [first, "from tab 0", "from tab 1", "from tab 2"];
  for (const { chat } of tabs) {
    await chat.see("from tab 2", "sent");
    assert.deepEqual(await chat.texts(), all);
  }
  // Read in one: the others say so as well.
  const [one, two] = tabs;
  await one!.page.goto("/notifications");
  await two!.page.goto("/notifications");
  await tabs[2]!.page.goto("/notifications");
  await hear();
  for (const { chat, page } of tabs) {
    await eventually(page, () => chat.badge("Chat"), "1", "an unread message");
  }
  await one!.page.bringToFront();
  await one!.page.goto(`/chat/${ben.id}`);
  for (const { chat, page } of tabs.slice(1)) {
    await eventually(page, () => chat.badge("Chat"), "", "nothing is unread any more");
  }
  await eventually(one!.page, count, 1, "one socket");
});

test("R5 the tab that leads is closed, then the next crashes: the last one goes on", async (world) => {
  // What a browser says when a renderer is made to crash.
  world.expectProblem(/crash/i);
  const { ann, ben, hear } = await twoPeople(world, "Closed");
  const { tabs, leader } = await openTabs(ann, ben, 3);
  const texts = [await hear()];
  for (const { chat } of tabs) await chat.see(texts[0]!);
  for (const end of ["close", "crash"] as const) {
    const at = await leader();
    assert.ok(at >= 0, "one of the tabs has the socket");
    const [leading] = tabs.splice(at, 1);
    // On its way while it ends: from another tab, and from the server.
    await tabs[0]!.chat.send(`before the ${end}`);
    if (end === "close") await leading!.page.close();
    else await crash(leading!.page);
    texts.push(`before the ${end}`, await hear());
    for (const { chat } of tabs) {
      for (const text of texts) await chat.see(text);
    }
    await tabs[0]!.chat.send(`after the ${end}`);
    texts.push(`after the ${end}`);
    for (const { chat } of tabs) await chat.see(texts.at(-1)!, "sent");
  }
  const shown = await tabs[0]!.chat.texts();
  assert.deepEqual(shown.toSorted(), texts.toSorted(), "each once");
  await tabs[0]!.page.reload();
  await tabs[0]!.chat.see(texts.at(-1)!);
  assert.deepEqual(await tabs[0]!.chat.texts(), shown, "in the server's order");
});

/** Ends the page's process, as running out of memory would. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await page.context().newCDPSession(page);
  // It never answers.
  session.send("Page.crash").catch(() => {});
  await crashed;
}

test("R5 a tab that led is told to freeze: another leads, and it has everything once it resumes", async (world) => {
  const { ann, ben, hear } = await twoPeople(world, "Frozen");
  const { tabs, count, leader } = await openTabs(ann, ben, 2);
  const first = await hear();
  for (const { chat } of tabs) await chat.see(first);
  const led = tabs[await leader()];
  const other = tabs.find((tab) => tab !== led);
  assert.ok(led && other);
  // Chromium freezes hidden pages only, and without a screen it hides none: so only the event.
  const tell = (event: "freeze" | "resume") =>
    led.page.evaluate((event) => void document.dispatchEvent(new Event(event)), event);
  await tell("freeze");
  const second = await hear();
  await other.chat.see(second);
  await eventually(other.page, leader, tabs.indexOf(other), "who leads");
  assert.deepEqual(await led.chat.texts(), [first]);
  await tell("resume");
  await led.chat.see(second);
  assert.deepEqual(await led.chat.texts(), [first, second]);
  assert.equal(await count(), 1);
});

test("R5 a page goes into the back/forward cache, and has what it missed when it comes back", async (world) => {
  const { ann, ben, hear } = await twoPeople(world, "Cache");
  // Playwright turns that cache off.
  const browser = await launchChromium({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const { page, context } = await openWindow(browser, world.server.origin);
    await context.addCookies(await ann.context.cookies());
    const chat = chatPage(page);
    await chat.open(ben.id);
    const texts: string[] = [];
    let cached: true | null = null;
    // Whether it takes a page in is the browser's to decide, each time.
    for (let attempt = 0; attempt < 5 && !cached; attempt++) {
      await page.evaluate(() =>
        addEventListener(
          "pageshow",
          (event) => Object.assign(event.currentTarget!, { cached: true }),
        )
      );
      await page.goto("/api/health");
      texts.push(await hear());
      // Playwright's own way back waits for a page to be loaded, and none is.
      await page.evaluate(() => void setTimeout(() => history.back()));
      await page.waitForURL(/chat/, { waitUntil: "commit" });
      await chat.see(texts.at(-1)!);
      assert.deepEqual(await chat.texts(), texts);
      cached = await page.evaluate(() => (globalThis as { cached?: true }).cached ?? null);
    }
    assert.ok(cached, "the page came out of the cache");
  } finally {
    await browser.close();
  }
});

test("R1 the network goes and comes: what was written meanwhile goes out from each tab, once", async (world) => {
  world.expectProblem(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK|WebSocket/);
  const { ann, ben, hear } = await twoPeople(world, "Network");
  const { tabs } = await openTabs(ann, ben, 2);
  const first = await hear();
  for (const { chat } of tabs) await chat.see(first);
  await ann.context.setOffline(true);
  for (const [i, { page, chat }] of tabs.entries()) {
    await page.bringToFront();
    await chat.send(`offline in tab ${i}`);
    await chat.see(`offline in tab ${i}`, "sending");
  }
  const second = await hear();
  await ann.context.setOffline(false);
  for (const { chat } of tabs) {
    for (const text of [second, "offline in tab 0", "offline in tab 1"]) await chat.see(text);
  }
  const all = [first, second, "offline in tab 0", "offline in tab 1"].toSorted();
  for (const { page, chat } of tabs) {
    await eventually(page, async () => `${(await chat.texts()).toSorted()}`, `${all}`, "each once");
  }
});

test("who signs out in one tab is signed out in all", async (world) => {
  const { ann, ben } = await twoPeople(world, "Out");
  const { tabs } = await openTabs(ann, ben, 2);
  const [one, other] = tabs;
  await one!.page.goto("/settings");
  await one!.page.getByRole("button", { name: "Sign out", exact: true }).first().click();
  await one!.page.waitForURL(/sign-in/);
  await other!.page.waitForURL(/sign-in/);
});
