/** Everything by the keyboard alone: the mouse is not touched in this file. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chatPage, eventually, saying, untilFocused, untilOnline } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();

/** The name of what has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const label = (element as HTMLInputElement).labels?.[0]?.innerText;
    return (element.getAttribute("aria-label") ?? label ?? element.innerText).trim();
  });

/** Presses Tab until something of this name has the focus; each step must be visible. */
async function tabTo(page: Page, name: string | RegExp, back = false): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const now = await focused(page);
    const visible = await page.evaluate(() => {
      const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement as Element);
      const around = (document.activeElement as Element).closest(".composer-box, label, li");
      const after = getComputedStyle(document.activeElement as Element, "::after").outlineStyle;
      return outlineStyle !== "none" || boxShadow !== "none" || after !== "none" ||
        (around !== null && (getComputedStyle(around).boxShadow !== "none" ||
          getComputedStyle(around).outlineStyle !== "none"));
    });
    if (now !== "") assert.ok(visible, `the focus on "${now}" can't be seen`);
    seen.push(now);
    if (typeof name === "string" ? now === name : name.test(now)) return;
  }
  throw new Error(`Tab does not lead to ${name}: ${seen.join(" | ")}`);
}

test("sign in, open a conversation, write, read a notification, go to the settings", async (world) => {
  const ann = await world.person("Ann Keys");
  const ben = await world.person("Ben Keys");
  await world.call(ben.token, "POST", "/api/messages", {
    receiverId: ann.id,
    content: "Hello Ann",
  });
  await world.notify(ann, { title: "Essay graded", message: "An A" });
  const { page } = await world.open();
  const chat = chatPage(page);
  await page.goto("/sign-in");
  await eventually(page, () => focused(page), "E-mail", "the first field has the focus");
  await page.keyboard.type(ann.email);
  await tabTo(page, "Password");
  await page.keyboard.type("correct horse battery");
  await untilOnline(page, () => page.keyboard.press("Enter"));

  // The link past the navigation comes first.
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to content");
  await page.keyboard.press("Enter");
  await tabTo(page, /^Search/);
  await tabTo(page, /Ben Keys/);
  await page.keyboard.press("Enter");
  await chat.see("Hello Ann");
  await untilFocused(page, "composer");
  await page.keyboard.type("Hello Ben");
  await page.keyboard.press("Enter");
  await chat.see("Hello Ben", "sent");
  await eventually(page, () => chat.composer.inputValue(), "", "the composer");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "composer");

  // Back to the log, to a message and its actions.
  await tabTo(page, /Hello Ben/, true);
  await page.keyboard.press("ArrowUp");
  assert.match(await focused(page), /Hello Ann/);
  await tabTo(page, "Reply");
  await page.keyboard.press("Enter");
  await page.getByText(saying("Replying to Ben Keys")).waitFor();
  await untilFocused(page, "composer");
  await page.keyboard.press("Escape");
  await page.getByText(saying("Replying to Ben Keys")).waitFor({ state: "detached" });

  await tabTo(page, /^Notifications/, true);
  await page.keyboard.press("Enter");
  const bell = page.getByRole("dialog", { name: "Notifications" });
  await bell.getByText("Essay graded").waitFor();
  await tabTo(page, "Mark as read");
  await page.keyboard.press("Enter");
  await bell.getByText("Unread", { exact: true }).and(bell.locator("li *")).waitFor({
    state: "detached",
  });
  await page.keyboard.press("Escape");
  await bell.waitFor({ state: "hidden" });
  await eventually(
    page,
    async () => /^Notifications/.test(await focused(page)),
    true,
    "the focus comes back to the bell",
  );
  await tabTo(page, /^Settings/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/settings");
});

test("the search is used by the keyboard", async (world) => {
  const ann = await world.person("Ann Finds");
  await world.person("Bela Found");
  await world.person("Bela Second");
  const { page } = ann;
  const chat = chatPage(page);
  await chat.open();
  await tabTo(page, /^Search/);
  await page.keyboard.type("Bela");
  await page.getByRole("option").nth(1).waitFor();
  const option = async () => await page.getByRole("option", { selected: true }).innerText();
  const first = await option();
  const isFirst = async () => await option() === first;
  await page.keyboard.press("ArrowDown");
  await eventually(page, isFirst, false, "the second one is chosen");
  await page.keyboard.press("ArrowUp");
  await eventually(page, isFirst, true, "the first one is chosen");
  await page.keyboard.press("ArrowDown");
  await eventually(page, isFirst, false, "the second one is chosen");
  const wanted = (await option()).split("\n").at(-1) ?? "";
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: wanted }).waitFor();
  await untilFocused(page, "composer");
  await tabTo(page, /^Search/, true);
  await page.keyboard.type("nobody of this name");
  await page.getByText("Nobody and nothing matches").waitFor();
  await page.keyboard.press("Escape");
  await eventually(page, () => page.getByRole("combobox").inputValue(), "", "the search");
});

test("an input method's Enter does not send", async (world) => {
  const ann = await world.person("Ann Composes");
  const ben = await world.person("Ben Composes");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  await chat.composer.focus();
  const session = await ann.context.newCDPSession(ann.page);
  await session.send("Input.imeSetComposition", {
    text: "にほん",
    selectionStart: 3,
    selectionEnd: 3,
  });
  await ann.page.evaluate(() =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }),
    )
  );
  await session.send("Input.insertText", { text: "日本" });
  assert.equal(await chat.composer.inputValue(), "日本");
  assert.deepEqual(await chat.texts(), []);
  await chat.composer.press("Enter");
  await chat.see("日本", "sent");
});
