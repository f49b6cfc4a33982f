/** The server goes and comes back; nothing that was written is lost or doubled. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chatPage } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();
/** What a browser says of a server that is not there. */
const GONE =
  /ERR_FAILED|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INTERNET_DISCONNECTED|WebSocket/;

/** An outage that is shorter is not worth a word; by two clocks of the page, so not to the hair. */
const WORTH_A_WORD_MS = 1_900;

/** Times (ms, the page's own): when it last lost its socket, and when the bar first said so. */
interface Outage {
  lost: number;
  said: number;
}

/** Watches for an outage from the page's first script on. */
async function watchOutage(page: Page): Promise<() => Promise<Outage>> {
  await page.addInitScript(() => {
    const outage = { lost: NaN, said: NaN };
    class Watched extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        let opened = false;
        this.addEventListener("open", () => opened = true);
        this.addEventListener("close", () => opened && (outage.lost = performance.now()));
      }
    }
    const observer = new MutationObserver(() => {
      if (!document.body?.textContent?.includes("Reconnecting. Your messages are kept.")) return;
      observer.disconnect();
      outage.said = performance.now();
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, { WebSocket: Watched, outage });
  });
  return () => page.evaluate(() => (globalThis as unknown as { outage: Outage }).outage);
}

test("R1 R3 killed between messages: kept, sent after, once and in order", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Stays");
  const ben = await world.person("Ben Stays");
  const annChat = chatPage(ann.page);
  const benChat = chatPage(ben.page);
  const outage = await watchOutage(ann.page);
  await Promise.all([annChat.open(ben.id), benChat.open()]);
  await annChat.send("1 before");
  await benChat.openRow("Ann Stays");
  await benChat.send("2 before");
  await annChat.see("2 before");
  // On its way while the server dies: stored or not, it must be there once in the end.
  await annChat.send("3 on its way");
  await world.server.kill();

  await annChat.send("4 while it is down");
  await annChat.send("5 while it is down");
  await annChat.see("4 while it is down", "sending");
  await annChat.see("5 while it is down", "sending");
  const bar = ann.page.getByText("Reconnecting. Your messages are kept.");
  await bar.waitFor();
  const name = await ann.page.getByRole("heading", { name: "Ben Stays" }).boundingBox();
  const barAt = await bar.boundingBox();
  assert.ok(name && barAt && barAt.y >= name.y + name.height, "the bar lies over the name");
  const { lost, said } = await outage();
  const after = said - lost;
  assert.ok(after >= WORTH_A_WORD_MS, `the bar came after ${Math.round(after)} ms`);
  assert.equal(
    await annChat.composer.getAttribute("placeholder"),
    "Will be sent when you are back",
  );

  await world.server.start();
  await ann.page.getByText("Connected again.").waitFor();
  await annChat.see("5 while it is down", "read");
  await annChat.send("6 after");
  await benChat.see("6 after");
  const expected = [
    "1 before",
    "2 before",
    "3 on its way",
    "4 while it is down",
    "5 while it is down",
    "6 after",
  ];
  assert.deepEqual(await annChat.texts(), expected);
  assert.deepEqual(await benChat.texts(), expected);
  await annChat.open(ben.id);
  assert.deepEqual(await annChat.texts(), expected, "the same from the server");
  await ann.page.getByText("Connected again.").waitFor({ state: "detached" });
});

test("a reload while the server is away loses nothing", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Reload");
  const ben = await world.person("Ben Reload");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  await chat.send("before");
  await chat.see("before", "sent");
  await world.server.kill();
  for (let n = 1; n <= 3; n++) await chat.send(`kept ${n}`);
  await chat.see("kept 3", "sending");
  await chat.composer.fill("and half a dra");
  // Whether the worker has the app by now or the browser shows its own page: nothing is lost.
  await ann.page.reload().catch(() => {});
  await world.server.start();
  await chat.open(ben.id);
  await chat.see("kept 3", "sent");
  assert.deepEqual(await chat.texts(), ["before", "kept 1", "kept 2", "kept 3"]);
  await ann.page.waitForFunction(() =>
    document.querySelector<HTMLTextAreaElement>("#composer")?.value === "and half a dra"
  );
});

test("R2 an orderly restart: what came meanwhile is there, in every window", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Orderly");
  const ben = await world.person("Ben Orderly");
  const annChat = chatPage(ann.page);
  const benChat = chatPage(ben.page);
  await Promise.all([annChat.open(ben.id), benChat.open(ann.id)]);
  await annChat.send("before");
  await benChat.see("before");
  await world.server.stop();
  await benChat.send("from Ben, kept");
  await world.server.start();
  await annChat.see("from Ben, kept");
  await benChat.see("from Ben, kept", "read");
  assert.deepEqual(await annChat.texts(), ["before", "from Ben, kept"]);
});

test("without a network messages wait, and the bar says so", async (world) => {
  world.expectProblem(GONE);
  const ann = await world.person("Ann Offline");
  const ben = await world.person("Ben Offline");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  await chat.send("before");
  await chat.see("before", "sent");
  await ann.context.setOffline(true);
  await ann.page.getByText("You are offline. Your messages are kept.").waitFor();
  await chat.send("in the tunnel");
  await chat.see("in the tunnel", "sending");
  await ann.context.setOffline(false);
  await chat.see("in the tunnel", "sent");
  assert.deepEqual(await chat.texts(), ["before", "in the tunnel"]);
});
