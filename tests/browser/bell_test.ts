/** Notifications in the open product: the bell, its toast, and the page of all of them. */
import assert from "node:assert/strict";
import { until } from "../../lib/testing/fake_clock.ts";
import { untilStill } from "../support/browser.ts";
import { chatPage, eventually, openPage, untilTitle } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();

test("a notification rings: count, title, toast; the bell lists it", async (world) => {
  const ann = await world.person("Ann Rings");
  const chat = chatPage(ann.page);
  await chat.open();
  assert.equal(await chat.badge("Notifications"), "");
  await world.notify(ann, { title: "Essay graded", message: "You got an A−", link: "/settings" });
  const toasts = ann.page.getByRole("region", { name: "Messages of this page" });
  await toasts.getByText("Essay graded").waitFor();
  await eventually(ann.page, () => chat.badge("Notifications"), "1", "the count");
  await untilTitle(ann.page, /^\(1\) /, "the title's count");

  const button = ann.page.locator("[popovertarget=bell-popover]");
  await button.click();
  await button.and(ann.page.locator("[aria-expanded=true]")).waitFor();
  const bell = ann.page.getByRole("dialog", { name: "Notifications" });
  const item = bell.getByRole("listitem").filter({ hasText: "Essay graded" });
  await item.getByText("You got an A−").waitFor();
  await bell.getByRole("heading", { name: "Today" }).waitFor();
  await eventually(ann.page, () => chat.badge("Notifications"), "", "seen once it was opened");
  // One number: the title says what the badges of the rail say together.
  await untilTitle(ann.page, /^[^(]/, "no count in the title");
  assert.equal(await item.getByText("Unread", { exact: true }).count(), 1, "but not read");

  await item.hover();
  const stored = ann.page.waitForResponse(/\/api\/notifications\/[^/]+\/read$/);
  await item.getByRole("button", { name: "Mark as read" }).click();
  await stored;
  await item.getByText("Unread", { exact: true }).waitFor({ state: "detached" });
  await ann.page.keyboard.press("Escape");
  await bell.waitFor({ state: "hidden" });
  await button.and(ann.page.locator("[aria-expanded=false]")).waitFor();
  // And it stays so.
  await chat.open();
  await untilTitle(ann.page, /^[^(]/, "no count in the title");
});

test("the link of a notification leads there and reads it", async (world) => {
  const ann = await world.person("Ann Follows");
  await openPage(ann.page, "/chat");
  await world.notify(ann, { title: "Your profile", message: "Add a picture", link: "/settings" });
  await eventually(ann.page, () => chatPage(ann.page).badge("Notifications"), "1", "the count");
  await ann.page.locator("[popovertarget=bell-popover]").click();
  const bell = ann.page.getByRole("dialog", { name: "Notifications" });
  await bell.getByRole("link", { name: /Your profile/ }).click();
  await ann.page.waitForURL("**/settings");
  const unread = () => world.call<unknown[]>(ann.token, "GET", "/api/notifications?filter=unread");
  await until(async () => (await unread()).length === 0, "following it reads it");
});

test("the toast leads there too, and goes by its button", async (world) => {
  const ann = await world.person("Ann Toasts");
  await openPage(ann.page, "/chat");
  const toasts = ann.page.getByRole("region", { name: "Messages of this page" });
  await world.notify(ann, { title: "Closed by hand", message: "No link" });
  const toast = toasts.getByRole("listitem").filter({ hasText: "Closed by hand" });
  await toast.getByRole("button", { name: "Close" }).click();
  await toast.waitFor({ state: "detached" });
  await world.notify(ann, { title: "Look", message: "At your settings", link: "/settings" });
  await toasts.getByRole("link", { name: "At your settings" }).click();
  await ann.page.waitForURL("**/settings");
});

test("the page of notifications: by day, unread, all read, archived", async (world) => {
  const ann = await world.person("Ann Pages");
  for (const n of [1, 2, 3]) {
    await world.notify(ann, { title: `Notice ${n}`, message: `Text ${n}` });
  }
  const { page } = ann;
  await openPage(page, "/notifications");
  const main = page.getByRole("main");
  const titles = () => main.getByRole("listitem").allInnerTexts();
  assert.match((await titles()).join("|"), /Notice 3[^]*Notice 2[^]*Notice 1/, "newest first");
  // Seen by being on the screen, not read.
  await eventually(page, () => chatPage(page).badge("Notifications"), "", "the rail's count");
  await untilTitle(page, /^[^(]/, "no count in the title");

  const second = main.getByRole("listitem").filter({ hasText: "Notice 2" });
  await second.hover();
  await second.getByRole("button", { name: "Archive" }).click();
  await second.waitFor({ state: "detached" });
  await main.getByRole("button", { name: "Unread", exact: true }).click();
  await eventually(page, () => main.getByRole("listitem").count(), 2, "unread ones");
  const stored = page.waitForResponse(/\/api\/notifications\/read-all$/);
  await main.getByRole("button", { name: "Mark all as read" }).click();
  await stored;
  await main.getByRole("button", { name: "Mark all as read" }).waitFor({ state: "detached" });
  await main.getByRole("button", { name: "Archived" }).click();
  await main.getByRole("listitem").filter({ hasText: "Notice 2" }).waitFor();
  await eventually(page, () => main.getByRole("listitem").count(), 1, "archived ones");
  await openPage(page, "/notifications");
  assert.equal(await main.getByRole("listitem").count(), 2, "the archived one is out of the way");
  assert.equal(
    await main.getByText("Unread", { exact: true }).and(main.locator("li *")).count(),
    0,
  );
});

test("R6 what came while the page was away is counted when it comes back", async (world) => {
  const ann = await world.person("Ann Away");
  await openPage(ann.page, "/chat");
  await ann.page.goto("about:blank");
  await world.notify(ann, { title: "Missed", message: "While away" });
  const chat = chatPage(ann.page);
  await chat.open();
  await eventually(ann.page, () => chat.badge("Notifications"), "1", "the count");
  const toasts = ann.page.getByRole("region", { name: "Messages of this page" });
  assert.equal(await toasts.getByRole("listitem").count(), 0, "old news makes no toast");
});

test("a new one does not move what is under the pointer", async (world) => {
  const ann = await world.person("Ann Holds");
  await world.notify(ann, { title: "The first", message: "Here already" });
  await openPage(ann.page, "/chat");
  await ann.page.locator("[popovertarget=bell-popover]").click();
  const bell = ann.page.getByRole("dialog", { name: "Notifications" });
  const first = bell.getByRole("listitem").filter({ hasText: "The first" });
  await first.hover();
  await untilStill(ann.page);
  const before = await first.boundingBox();
  await world.notify(ann, { title: "The second", message: "Just now" });
  const waiting = bell.getByRole("button", { name: "Notifications, 1 new" });
  await waiting.waitFor();
  await untilStill(ann.page);
  assert.deepEqual(await first.boundingBox(), before);
  await waiting.click();
  await bell.getByRole("listitem").filter({ hasText: "The second" }).waitFor();
});
