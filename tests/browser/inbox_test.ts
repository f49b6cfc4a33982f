/** Alike notifications as one, and those that are put off, in the open product. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../../lib/testing/fake_clock.ts";
import type { Notification } from "../../lib/shared/notification_schema.ts";
import { screenshot, sizes, untilStill } from "../support/browser.ts";
import { chatPage, eventually, openPage } from "../support/chat_page.ts";
import { browserSuite, type Person, type World } from "../support/suite.ts";

const { test } = browserSuite();

/** Three submissions, and something else that came between them. */
async function submissions(world: World, ann: Person): Promise<void> {
  const one = (title: string, message: string, collapseKey?: string) =>
    world.notify(ann, {
      title,
      message,
      link: "/settings",
      ...(collapseKey ? { collapseKey } : {}),
    });
  await one("New submission", "Jonas handed in “The rent”.", "essay-1");
  await one("Room changed", "Tomorrow we meet in room 12.");
  await one("New submission", "Amira handed in “The harbour”.", "essay-1");
  await one("New submission", "Maya handed in “The archive”.", "essay-1");
}

const list = (world: World, ann: Person, filter: string) =>
  world.call<Notification[]>(ann.token, "GET", `/api/notifications?filter=${filter}`);

async function shoot(page: Page, name: string): Promise<void> {
  for (const size of ["desktop", "phone"] as const) {
    await page.setViewportSize(sizes[size]);
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await screenshot(page, `${name}-${size}-${theme}`);
    }
  }
  await page.setViewportSize(sizes.desktop);
  await page.emulateMedia({ colorScheme: "light" });
}

test("alike ones fold under the newest, unfold, and are read and archived together", async (world) => {
  const ann = await world.person("Ann Stacks");
  await submissions(world, ann);
  const { page } = ann;
  await openPage(page, "/notifications");
  const rows = page.getByRole("main").getByRole("listitem");
  const stack = rows.filter({ hasText: "Maya handed in" });
  await stack.getByText("3 alike").waitFor();
  assert.equal(await rows.count(), 2);
  await shoot(page, "inbox-stack");
  const unfold = stack.getByRole("button", { name: "Show 2 more" });
  await unfold.focus();
  await page.keyboard.press("Enter");
  await stack.getByText("Jonas handed in").waitFor();
  assert.equal(await rows.count(), 4);
  await shoot(page, "inbox-stack-open");

  // One of them for itself.
  const jonas = rows.filter({ hasText: "Jonas handed in" }).last();
  await jonas.hover();
  await jonas.getByRole("button", { name: "Mark as read" }).click();
  await until(async () => (await list(world, ann, "unread")).length === 3, "one is read");
  // All that are still together.
  await stack.getByText("2 alike").waitFor();
  await stack.first().hover();
  await stack.getByRole("button", { name: "Mark all 2 as read" }).click();
  await until(async () => (await list(world, ann, "unread")).length === 1, "three are read");
  await stack.getByText("3 alike").waitFor();
  await stack.getByRole("button", { name: "Archive all 3" }).first().click();
  await stack.waitFor({ state: "detached" });
  await until(async () => (await list(world, ann, "archived")).length === 3, "three are archived");
  assert.equal(await rows.count(), 1);
});

test("one is put off: it leaves at once, waits in a list of its own, and comes back new", async (world) => {
  const ann = await world.person("Ann Snoozes");
  await world.notify(ann, { title: "Essay due", message: "Hand it in by Friday" });
  await world.notify(ann, { title: "Room changed", message: "Tomorrow we meet in room 12." });
  const { page } = ann;
  await openPage(page, "/notifications");
  const rows = page.getByRole("main").getByRole("listitem");
  const essay = rows.filter({ hasText: "Essay due" });
  // By keyboard.
  await essay.getByRole("button", { name: "More actions" }).focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu", { name: "Notification" });
  await menu.getByRole("menuitem").first().and(page.locator(":focus")).waitFor();
  await shoot(page, "inbox-snooze-menu");
  await menu.getByRole("menuitem", { name: /^Snooze until tomorrow morning/ }).press("Enter");
  await essay.waitFor({ state: "detached" });
  // The focus has not fallen out of the list.
  await rows.filter({ hasText: "Room changed" }).locator(":focus").waitFor();
  await until(async () => (await list(world, ann, "snoozed")).length === 1, "it is put off");
  assert.equal((await list(world, ann, "unread")).length, 1);

  await page.getByRole("button", { name: "Snoozed", exact: true }).click();
  await essay.getByText(/^Comes back: /).waitFor();
  await shoot(page, "inbox-snoozed");
  await essay.hover();
  await essay.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Bring back now" }).click();
  await page.getByText("Nothing snoozed").waitFor();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await essay.getByText("Unread", { exact: true }).waitFor();
  assert.match((await rows.allInnerTexts()).join("|"), /Essay due[^]*Room changed/, "on top");
});

test("R7 what is put off in the bell leaves it on every device", async (world) => {
  const ann = await world.person("Ann Everywhere");
  await world.notify(ann, { title: "Essay due", message: "Hand it in by Friday" });
  const phone = await world.device(ann, { size: "phone" });
  const { page } = ann;
  for (const window of [ann, phone]) await openPage(window.page, "/chat");
  await eventually(phone.page, () => chatPage(phone.page).badge("Notifications"), "1", "it is new");
  await page.locator("[popovertarget=bell-popover]").click();
  const bell = page.getByRole("dialog", { name: "Notifications" });
  const item = bell.getByRole("listitem").filter({ hasText: "Essay due" });
  await item.hover();
  await item.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /^Snooze for an hour/ }).click();
  await bell.getByText("All caught up").waitFor();
  assert.equal(await bell.isVisible(), true, "the menu closes, the bell stays");
  await phone.page.locator("[popovertarget=bell-popover]").click();
  await phone.page.getByRole("dialog", { name: "Notifications" }).getByText("All caught up")
    .waitFor();
});

test("on a phone one finger reaches every action", async (world) => {
  const ann = await world.person("Ann Finger");
  const { page } = await world.device(ann, { size: "phone" });
  await submissions(world, ann);
  await openPage(page, "/notifications");
  const stack = page.getByRole("main").getByRole("listitem").filter({ hasText: "Maya handed in" });
  const more = stack.getByRole("button", { name: "More actions" });
  for (const target of [more, stack.getByRole("button", { name: "Show 2 more" })]) {
    const box = await target.boundingBox();
    assert.ok(box && box.height >= 44, `${box?.height} px`);
  }
  assert.equal(await stack.getByRole("button", { name: "Mark all 3 as read" }).count(), 0);
  await more.tap();
  await page.getByRole("menuitem", { name: "Mark all 3 as read" }).waitFor();
  await untilStill(page);
  await screenshot(page, "inbox-menu-touch-light");
  await page.getByRole("menuitem", { name: "Archive all 3" }).tap();
  await stack.waitFor({ state: "detached" });
  await until(async () => (await list(world, ann, "archived")).length === 3, "archived");
});
