/** The product on a phone, and at 400 % zoom. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { untilStill } from "../support/browser.ts";
import { chatPage, openPage } from "../support/chat_page.ts";
import { browserSuite, type World } from "../support/suite.ts";

const { test } = browserSuite();

/** What can be pressed and is smaller than 44 px either way, as "name: width × height". */
async function smallTargets(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const pressable =
      'a[href], button, input:not([type="hidden"]), textarea, select, summary, [role="option"]';
    const rows: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(pressable)) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // Links within text are as high as their line (WCAG 2.2, 2.5.8, "Inline").
      if (getComputedStyle(element).display === "inline" && element.tagName === "A") continue;
      // A radio button without a picture is pressed by its label; a stretched link by its card.
      const label = (element as HTMLInputElement).labels?.[0];
      const hidden = element.matches(".hidden-visually, .skip-link");
      const box = (hidden && label ? label : element).getBoundingClientRect();
      const after = getComputedStyle(element, "::after");
      const stretched = after.position === "absolute" && after.content !== "none"
        ? { width: parseFloat(after.width), height: parseFloat(after.height) }
        : { width: 0, height: 0 };
      if (hidden && !label) continue;
      const width = Math.max(box.width, stretched.width);
      const height = Math.max(box.height, stretched.height);
      if (width >= 43.5 && height >= 43.5) continue;
      const name = element.getAttribute("aria-label") ?? element.innerText.trim().slice(0, 40);
      rows.push(`${element.tagName} ${name}: ${Math.round(width)} × ${Math.round(height)}`);
    }
    return rows;
  });
}

/** By how much the page is wider than the window, and what reaches out of it. */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const root = document.scrollingElement as Element;
    /** Cut off by a box that fits, as a long name in a row is. */
    const clipped = (element: Element) => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== "visible") return true;
      }
      return false;
    };
    const wide = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) => {
      const { right, left, width } = element.getBoundingClientRect();
      return width > 0 && element.checkVisibility() && (right > innerWidth + 0.5 || left < -0.5) &&
        !element.closest(".tip, .hidden-visually, .skip-link") && !clipped(element);
    });
    // A pane that scrolls sideways by itself is as bad as a page that does.
    const panes = [...document.querySelectorAll<HTMLElement>("body *")].filter((element) =>
      element.scrollWidth > element.clientWidth + 1 &&
      /auto|scroll/.test(getComputedStyle(element).overflowX) && element.checkVisibility()
    );
    const name = (element: Element) => `${element.tagName}.${element.className}`;
    return {
      px: root.scrollWidth - root.clientWidth,
      wide: wide.map(name).slice(0, 5),
      panes: panes.map(name),
    };
  });

const FITS = { px: 0, wide: [], panes: [] };

async function withConversation(world: World, size: "phone" | "narrow") {
  const ann = await world.person("Annemarie Konstantinopoulou-Featherstone", { size });
  const ben = await world.person("Ben Phone");
  for (
    const content of [
      "Short",
      "https://example.org/a/very/long/address/that/has/no/place/to/break/in/it/at/all?with=query",
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2),
    ]
  ) {
    await world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content });
  }
  await world.notify(ann, { title: "Essay graded", message: "You got an A", link: "/settings" });
  return { ann, ben, chat: chatPage(ann.page) };
}

test("one pane: the list, then the conversation, and back goes back", async (world) => {
  const { ann: { page }, ben, chat } = await withConversation(world, "phone");
  await chat.open();
  const bar = page.getByRole("navigation", { name: "Main" });
  const box = await bar.boundingBox();
  assert.ok(box && box.y + box.height >= 843 && box.width >= 389, "the bar is at the bottom");
  await chat.composer.waitFor({ state: "hidden" });

  await chat.openRow("Ben Phone");
  await chat.list.waitFor({ state: "hidden" });
  await bar.waitFor({ state: "hidden" });
  const composer = await chat.composer.boundingBox();
  assert.ok(composer && composer.y + composer.height <= 844, "the composer is on the screen");
  await page.goBack();
  await chat.row("Ben Phone").waitFor();
  await chat.composer.waitFor({ state: "hidden" });
  await page.waitForURL("**/chat");

  await chat.openRow("Ben Phone");
  await page.getByRole("link", { name: "Back" }).click();
  await chat.row("Ben Phone").waitFor();
  await page.waitForURL("**/chat");

  // Also where the page was opened by its address.
  await chat.open(ben.id);
  await page.getByRole("link", { name: "Back" }).click();
  await chat.row("Ben Phone").waitFor();
  await page.waitForURL("**/chat");
});

test("everything that can be pressed is 44 px or more, and nothing scrolls sideways", async (world) => {
  const { ann: { page }, chat } = await withConversation(world, "phone");
  const look = async (where: string) => {
    await untilStill(page);
    assert.deepEqual(await smallTargets(page), [], where);
    assert.deepEqual(await overflow(page), FITS, where);
  };
  await chat.open();
  await look("list");
  await page.getByRole("combobox").fill("Ben");
  await page.getByRole("option").first().waitFor();
  await look("search");
  await page.getByRole("button", { name: "Clear search" }).click();
  await chat.openRow("Ben Phone");
  await look("conversation");
  await chat.message("Short").tap();
  await look("the actions of a message");
  await page.goBack();
  await page.locator("[popovertarget=bell-popover]").click();
  await page.getByRole("dialog").getByText("Essay graded").waitFor();
  await look("bell");
  for (const path of ["/notifications", "/settings"]) {
    await openPage(page, path);
    await look(path);
  }
  const stranger = await world.open({ size: "phone" });
  for (const path of ["/sign-in", "/sign-up"]) {
    await stranger.page.goto(path);
    assert.deepEqual(await smallTargets(stranger.page), [], path);
    assert.deepEqual(await overflow(stranger.page), FITS, path);
  }
});

test("at 320 px, which is 400 % zoom, every page flows into one column", async (world) => {
  world.expectProblem(/404/);
  const { ann: { page }, chat } = await withConversation(world, "narrow");
  await chat.open();
  assert.deepEqual(await overflow(page), FITS, "list");
  await chat.openRow("Ben Phone");
  assert.deepEqual(await overflow(page), FITS, "conversation");
  await chat.send("It can be written in as well");
  await chat.see("It can be written in as well");
  await page.goBack();
  await page.locator("[popovertarget=bell-popover]").click();
  await page.getByRole("dialog").getByText("Essay graded").waitFor();
  await untilStill(page);
  assert.deepEqual(await overflow(page), FITS, "bell");
  for (const path of ["/notifications", "/settings"]) {
    await openPage(page, path);
    assert.deepEqual(await overflow(page), FITS, path);
  }
  await page.goto("/nowhere");
  assert.deepEqual(await overflow(page), FITS, "not found");
});

test("a name without a place to break in it widens nothing", async (world) => {
  const ann = await world.person("Ann Narrow", { size: "narrow" });
  const long = await world.person("Bo " + "x".repeat(77));
  const chat = chatPage(ann.page);
  await chat.open(long.id);
  await ann.page.getByRole("heading", { name: /^Say hello to/ }).waitFor();
  assert.deepEqual(await overflow(ann.page), FITS, "before the first message");
  await chat.send("First");
  await chat.see("First");
  assert.deepEqual(await overflow(ann.page), FITS, "after it");
});

test("a toast leaves the header and its way back free", async (world) => {
  const { ann, chat } = await withConversation(world, "phone");
  await chat.open();
  await chat.openRow("Ben Phone");
  await world.notify(ann, {
    title: "Essay graded again",
    message: "You got an A",
    link: "/settings",
  });
  const toast = ann.page.getByRole("region", { name: "Messages of this page" }).getByRole(
    "listitem",
  );
  await toast.waitFor();
  await untilStill(ann.page);
  const [header, box] = [await ann.page.locator("header").boundingBox(), await toast.boundingBox()];
  assert.ok(header && box && box.y >= header.y + header.height, JSON.stringify({ header, box }));
  await ann.page.getByRole("link", { name: "Back" }).click();
  await chat.row("Ben Phone").waitFor();
});
