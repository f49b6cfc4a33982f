/** The app opens while the server is away, with the last state, and goes on when it is back. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { screenshot, sizes } from "../support/browser.ts";
import { chatPage, eventually, openPage } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();
/** What a browser says of a server that is not there. */
const GONE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_FAILED|WebSocket/;

/** True once the worker has the whole app. */
const hasApp = (page: Page) =>
  page.evaluate(async () => {
    const found = await Promise.all((await caches.keys()).map(async (name) => {
      const cache = await caches.open(name);
      return await cache.match("/offline") !== undefined;
    }));
    return navigator.serviceWorker.controller !== null && found.includes(true);
  });

/** Resolves when the worker has the app, and the database this text of a message. */
async function untilKept(page: Page, text: string): Promise<void> {
  await eventually(page, () => hasApp(page), true, "the app is kept");
  const isThere = async () => (await keptText(page, "pages")).includes(text);
  await eventually(page, isThere, true, `“${text}” is kept`);
}

/** What is kept of anybody, in databases of this browser; of one table, or of all. */
const keptText = (page: Page, only?: string) =>
  page.evaluate(async (only) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let text = "";
    for (const { name = "" } of await indexedDB.databases()) {
      if (!name.startsWith("skilllink-")) continue;
      const db = await answer(indexedDB.open(name));
      for (const table of db.objectStoreNames) {
        if (only !== undefined && table !== only) continue;
        text += JSON.stringify(await answer(db.transaction(table).objectStore(table).getAll()));
      }
      db.close();
    }
    return text;
  }, only);

test("R1 R3 reloaded while the server is away: the messages are there, and what is written goes out once", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Tunnel");
  const ben = await world.person("Ben Tunnel");
  const cleo = await world.person("Cleo Tunnel");
  for (const [from, content] of [[ben, "from Ben"], [cleo, "from Cleo"]] as const) {
    await world.call(from.token, "POST", "/api/messages", { receiverId: ann.id, content });
  }
  const chat = chatPage(ann.page);
  await chat.open();
  await chat.openRow("Cleo Tunnel");
  await chat.see("from Cleo");
  await chat.openRow("Ben Tunnel");
  await chat.send("before the tunnel");
  await chat.see("before the tunnel", "sent");
  await untilKept(ann.page, "before the tunnel");
  await world.server.kill();
  await ann.page.reload();
  await chat.see("before the tunnel", "sent");
  assert.deepEqual(await chat.texts(), ["from Ben", "before the tunnel"]);
  await ann.page.getByText("Reconnecting. Your messages are kept.").waitFor();
  await chat.send("in the tunnel");
  await chat.see("in the tunnel", "sending");
  for (const size of ["desktop", "phone"] as const) {
    await ann.page.setViewportSize(sizes[size]);
    for (const colorScheme of ["light", "dark"] as const) {
      await ann.page.emulateMedia({ colorScheme });
      await screenshot(ann.page, `opened-offline-${size}-${colorScheme}`);
    }
  }
  await ann.page.setViewportSize(sizes.desktop);

  // Others that were open before, and the bell; then once more from the start.
  await chat.openRow("Cleo Tunnel");
  await chat.see("from Cleo");
  await ann.page.locator("[popovertarget=bell-popover]").click();
  await ann.page.getByText("All caught up").waitFor();
  await ann.page.keyboard.press("Escape");
  await ann.page.goto("/settings");
  await ann.page.getByRole("heading", { name: "This page needs a connection" }).waitFor();
  await screenshot(ann.page, "settings-offline-desktop-dark");
  await ann.page.getByRole("link", { name: "Chat" }).click();
  await chat.openRow("Ben Tunnel");
  await chat.see("in the tunnel", "sending");

  const settings = await ann.context.newPage();
  await settings.goto("/settings");
  await settings.getByRole("heading", { name: "This page needs a connection" }).waitFor();
  await world.server.start();
  await settings.getByLabel("Name").waitFor();
  await settings.close();
  await chat.see("in the tunnel", "sent");
  const expected = ["from Ben", "before the tunnel", "in the tunnel"];
  assert.deepEqual(await chat.texts(), expected);
  const benChat = chatPage(ben.page);
  await benChat.open(ann.id);
  assert.deepEqual(await benChat.texts(), expected, "once, and in order");
  await benChat.send("welcome back");
  await chat.see("welcome back");
  await chat.see("in the tunnel", "read");
});

test("what is kept goes at signing out, and when somebody else signs in", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Private");
  const ben = await world.person("Ben Private");
  const { page } = ann;
  const chat = chatPage(page);
  await chat.open(ben.id);
  await chat.send("a secret");
  await chat.see("a secret", "sent");
  await untilKept(page, "a secret");

  // Somebody else on the same machine, without Ann having signed out.
  const { id: benId } = await (await page.context().request.post("/api/auth/login", {
    headers: { origin: world.server.origin },
    data: { email: ben.email, password: "correct horse battery" },
  })).json().then(({ data }) => data.user);
  assert.equal(benId, ben.id);
  await openPage(page, "/notifications");
  await eventually(page, async () => (await keptText(page)).includes("a secret"), false, "Ann's");
  await chat.open(ann.id);
  await untilKept(page, "a secret");
  await openPage(page, "/settings");
  await page.getByRole("button", { name: "Sign out", exact: true }).last().click();
  await page.waitForURL("**/sign-in**");
  await eventually(page, async () => (await keptText(page)).includes("a secret"), false, "Ben's");

  await world.server.stop();
  await page.goto("/chat");
  await page.getByRole("heading", { name: "This page needs a connection" }).waitFor();
  assert.equal(await page.getByText("a secret").count(), 0);
  await world.server.start();
});

test("delivered stays delivered over a restart and a reload", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Ticks");
  const ben = await world.person("Ben Ticks");
  const chat = chatPage(ann.page);
  await openPage(ben.page, "/notifications");
  await chat.open(ben.id);
  await chat.send("two ticks");
  await chat.see("two ticks", "delivered");
  await untilKept(ann.page, "two ticks");
  await ben.page.goto("about:blank");
  await world.server.stop();
  await world.server.start();
  await chat.open(ben.id);
  await chat.see("two ticks", "delivered");
});
