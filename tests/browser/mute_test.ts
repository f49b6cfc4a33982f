/** Muting a conversation in the open product. */
import assert from "node:assert/strict";
import { screenshot, sizes } from "../support/browser.ts";
import { chatPage, untilTitle } from "../support/chat_page.ts";
import { browserSuite, type Person, type World } from "../support/suite.ts";

const { test } = browserSuite();

const say = (world: World, from: Person, to: Person, content: string) =>
  world.call(from.token, "POST", "/api/messages", { receiverId: to.id, content });

test("R7 a conversation is muted from its header, quiet on every device, and unmuted", async (world) => {
  const ann = await world.person("Ann Mute");
  const ben = await world.person("Ben Loud");
  await say(world, ben, ann, "Hello");
  const other = await world.device(ann, { size: "phone" });
  const there = chatPage(other.page);
  await there.open();
  await untilTitle(other.page, /^\(1\) /, "one that is new");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);

  // By keyboard: the focus goes into the menu and comes back.
  const button = ann.page.getByRole("button", { name: "Mute", exact: true });
  await button.focus();
  await ann.page.keyboard.press("Enter");
  const menu = ann.page.getByRole("menu", { name: "Mute this conversation" });
  await menu.getByRole("menuitem", { name: /^For an hour/ }).and(ann.page.locator(":focus"))
    .waitFor();
  for (const size of ["desktop", "phone"] as const) {
    await ann.page.setViewportSize(sizes[size]);
    for (const theme of ["light", "dark"] as const) {
      await ann.page.emulateMedia({ colorScheme: theme });
      await screenshot(ann.page, `mute-menu-${size}-${theme}`);
    }
  }
  await ann.page.setViewportSize(sizes.desktop);
  await ann.page.keyboard.press("End");
  await ann.page.keyboard.press("Enter");
  const muted = ann.page.getByRole("button", { name: "Muted. Change" });
  await muted.and(ann.page.locator(":focus")).waitFor();
  await chat.row("Ben Loud").getByText("Muted").waitFor();

  await there.row("Ben Loud").getByText("Muted").waitFor();
  await say(world, ben, ann, "Still here?");
  await there.row("Ben Loud").getByText("Still here?").waitFor();
  await untilTitle(other.page, /^[^(]/, "what is muted is not counted");
  await screenshot(other.page, "muted-list-phone-light");
  await screenshot(ann.page, "muted-desktop-dark");

  await there.openRow("Ben Loud");
  await other.page.getByRole("button", { name: "Muted. Change" }).click();
  await other.page.getByText("Muted until you unmute it").waitFor();
  await other.page.getByRole("menuitem", { name: "Unmute", exact: true }).click();
  await button.waitFor();
  assert.equal(await chat.row("Ben Loud").getByText("Muted").count(), 0);
});

test("what can't be muted stays as it is, and that is said", async (world) => {
  world.expectProblem(/503/);
  const ann = await world.person("Ann Cannot");
  const ben = await world.person("Ben Cannot");
  await say(world, ben, ann, "Hello");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  await ann.page.route("**/api/notifications/preferences", (route) =>
    route.fulfill({
      status: 503,
      json: { success: false, error: { code: "unavailable", message: "", requestId: "r" } },
    }));
  await ann.page.getByRole("button", { name: "Mute", exact: true }).click();
  await ann.page.getByRole("menuitem", { name: /^For 8 hours/ }).click();
  await ann.page.getByText("That could not be changed.").waitFor();
  await ann.page.getByRole("button", { name: "Mute", exact: true }).waitFor();
});
