/** What a newcomer meets: an empty store, "Try it", and a product that is alive. */
import assert from "node:assert/strict";
import { chatPage, eventually, glimpse, saying, untilOnline } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();

test("try it: people, a history, a bot that answers, and a grade that rings", async (world) => {
  const { page } = await world.open();
  const chat = chatPage(page);
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await untilOnline(page, () => page.getByRole("button", { name: /^Try it/ }).first().click());
  assert.equal(new URL(page.url()).pathname, "/chat");
  assert.ok(await chat.list.getByRole("link").count() >= 4, "conversations to look at");
  await chat.row("Jonas Weber").getByText("unread").waitFor();

  await chat.openRow("Data Journalism, autumn cohort");
  await page.getByText("4 members").waitFor();
  await eventually(
    page,
    async () => (await chat.texts()).length >= 30,
    true,
    "a history worth scrolling",
  );
  assert.ok(
    await page.locator(".log").evaluate((log) => log.scrollHeight > 1.5 * log.clientHeight),
  );

  await chat.openRow("Sage");
  await Promise.all([glimpse(page, "Sage is typing"), chat.send("When is the deadline?")]);
  await chat.log.getByText("Assignment three is due on Friday").waitFor();
  await chat.see("When is the deadline?", "read");
  await page.getByText(saying("Sage is typing")).waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Grade assignment" }).click();
  const toasts = page.getByRole("region", { name: "Messages of this page" });
  await toasts.getByText("Assignment graded").waitFor();
  await eventually(page, () => chat.badge("Notifications"), "1", "the bell's count");
  await page.locator("[popovertarget=bell-popover]").click();
  await page.getByRole("dialog").getByText("The rent that nobody counted").waitFor();
});

test("two visitors of the demo see each other", async (world) => {
  const [maya, jonas] = [await world.open(), await world.open()];
  for (const [{ page }, name] of [[maya, /^Try it/], [jonas, /Jonas/]] as const) {
    await page.goto("/sign-in");
    await untilOnline(page, () => page.getByRole("button", { name }).first().click());
  }
  const here = chatPage(maya.page);
  const there = chatPage(jonas.page);
  await here.openRow("Jonas Weber");
  await maya.page.getByText("Online", { exact: true }).first().waitFor();
  await here.send("Coffee is on me this time");
  await there.openRow("Maya Lindqvist");
  await there.see("Coffee is on me this time");
  await here.see("Coffee is on me this time", "read");
});

test("once somebody has signed up, nobody is offered the demo", async (world) => {
  await world.person("Ann Real");
  const { page } = await world.open();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Try it/ }).count(), 0);
});
