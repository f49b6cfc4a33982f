/** The actions of a message: by a long press, a right click, and the keyboard. */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { screenshot, untilStill } from "../support/browser.ts";
import { chatPage, eventually, saying } from "../support/chat_page.ts";
import { browserSuite, type World } from "../support/suite.ts";

const { test } = browserSuite();

async function twoMessages(world: World, size: "phone" | "desktop") {
  const ann = await world.person("Ann Menu", { size });
  const ben = await world.person("Ben Menu");
  for (const content of ["The first", "See https://example.org/ there"]) {
    await world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content });
  }
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  const menu = ann.page.getByRole("dialog", { name: "Message" });
  return { ann, ben, chat, page: ann.page, menu };
}

/** A finger that rests on something until what it opens is there. */
async function pressLong(page: Page, on: Locator, opens: Locator): Promise<void> {
  const box = await on.boundingBox();
  assert.ok(box);
  const session = await page.context().newCDPSession(page);
  const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await opens.waitFor();
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
}

test("a long press on a phone opens them; lifting the finger leaves them open", async (world) => {
  const { page, chat, menu } = await twoMessages(world, "phone");
  const bubble = chat.message("The first").locator(".bubble");
  await pressLong(page, bubble, menu);
  await menu.getByRole("menuitem", { name: "Reply" }).waitFor();
  assert.deepEqual(await menu.getByRole("menuitem").allInnerTexts(), ["Reply", "Copy text"]);
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "message-menu-phone-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await screenshot(page, "message-menu-phone-light");
  await menu.getByRole("menuitem", { name: "Reply" }).tap();
  await menu.waitFor({ state: "detached" });
  await page.getByText(saying("Replying to Ben Menu")).waitFor();
  // A press beside it closes it and does nothing else.
  await pressLong(page, bubble, menu);
  await page.touchscreen.tap(195, 100);
  await menu.waitFor({ state: "detached" });
});

test("a right click opens them where it was; links and selected text keep the browser's menu", async (world) => {
  const { page, chat, menu } = await twoMessages(world, "desktop");
  const bubble = chat.message("The first").locator(".bubble");
  const box = await bubble.boundingBox();
  assert.ok(box);
  await bubble.click({ button: "right", position: { x: 10, y: 10 } });
  await menu.waitFor();
  await untilStill(page);
  const place = await menu.boundingBox();
  assert.ok(place && Math.abs(place.x - box.x - 10) < 2 && Math.abs(place.y - box.y - 10) < 2);
  await screenshot(page, "message-menu-desktop-light");
  await page.mouse.click(5, 5);
  await menu.waitFor({ state: "detached" });

  const prevented = (target: Locator) =>
    target.evaluate((element) =>
      !element.dispatchEvent(
        new PointerEvent("contextmenu", { bubbles: true, cancelable: true, pointerType: "mouse" }),
      )
    );
  assert.equal(await prevented(chat.log.getByRole("link")), false);
  await bubble.evaluate((element) => getSelection()?.selectAllChildren(element));
  assert.equal(await prevented(bubble), false);
  assert.equal(await menu.count(), 0);
});

test("the keyboard opens them, moves among them, and comes back to the message", async (world) => {
  const { page, chat, menu } = await twoMessages(world, "desktop");
  const row = chat.message("The first");
  await row.focus();
  await page.keyboard.press("Shift+F10");
  // Headless browsers have no menus of their own, so the key may tell the page nothing.
  await row.evaluate((element) => {
    if (document.querySelector("dialog[open]")) return;
    const event = { bubbles: true, cancelable: true, pointerType: "" };
    element.dispatchEvent(new PointerEvent("contextmenu", event));
  });
  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).innerText);
  await menu.getByRole("menuitem", { name: "Reply" }).waitFor();
  await eventually(page, focused, "Reply", "what has the focus");
  await page.keyboard.press("ArrowDown");
  await eventually(page, focused, "Copy text", "what has the focus");
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await eventually(page, async () => /The first/.test(await focused()), true, "back at it");
});

test("a message that failed can be retried and deleted there", async (world) => {
  const ann = await world.person("Ann Fails");
  const ben = await world.person("Ben Fails");
  const chat = chatPage(ann.page);
  let refuse = true;
  await ann.page.routeWebSocket(/\/api\/socket/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const frame = JSON.parse(`${text}`);
      if (frame.type !== "send" || !refuse) return server.send(text);
      const { clientId } = frame;
      socket.send(JSON.stringify({ type: "error", clientId, code: "invalid", message: "No" }));
    });
  });
  await chat.open(ben.id);
  await chat.send("refused at first");
  await chat.see("refused at first", "failed");
  const menu = ann.page.getByRole("dialog", { name: "Message" });
  await chat.message("refused at first").locator(".bubble").click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Retry" }).waitFor();
  assert.deepEqual(
    await menu.getByRole("menuitem").allInnerTexts(),
    ["Copy text", "Retry", "Delete"],
  );
  refuse = false;
  await menu.getByRole("menuitem", { name: "Retry" }).click();
  await chat.see("refused at first", "sent");
  refuse = true;
  await chat.send("refused for good");
  await chat.see("refused for good", "failed");
  await chat.message("refused for good").locator(".bubble").click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Delete" }).click();
  await chat.message("refused for good").waitFor({ state: "detached" });
});
