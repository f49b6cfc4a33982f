/** What reaches somebody, as they choose it in the settings of the open product. */
import assert from "node:assert/strict";
import type { Preferences } from "../../lib/shared/preferences_schema.ts";
import { screenshot, sizes } from "../support/browser.ts";
import { openPage } from "../support/chat_page.ts";
import { browserSuite, type Person, type World } from "../support/suite.ts";

const { test } = browserSuite();

const preferencesOf = (world: World, person: Person) =>
  world.call<Preferences>(person.token, "GET", "/api/notifications/preferences");

test("kinds are switched by way, saved at once, and are so on the next page", async (world) => {
  const ann = await world.person("Ann Kinds");
  await openPage(ann.page, "/settings");
  const card = ann.page.getByRole("region", { name: "Notifications", exact: true });
  const bell = card.getByRole("switch", { name: "Grades: Bell" });
  const push = card.getByRole("switch", { name: "Grades: Push" });
  assert.equal(await bell.isChecked(), true);
  // By keyboard.
  await bell.focus();
  await ann.page.keyboard.press("Space");
  await card.locator('[data-save="saved"]').waitFor();
  const stored = (await preferencesOf(world, ann)).categories.find(({ name }) => name === "grades");
  assert.deepEqual([stored?.bell.on, stored?.push.on], [false, true]);
  // What nobody can switch is said in words.
  const account = card.getByRole("row", { name: "Your account" });
  assert.equal(await account.getByRole("switch").count(), 0);
  assert.equal(await account.getByText("Always").count(), 2);
  const { context, page } = await world.open({ javaScript: false });
  await context.addCookies(await ann.context.cookies());
  await page.goto("/settings");
  assert.equal(await page.getByRole("switch", { name: "Grades: Bell" }).isChecked(), false);
  assert.equal(await page.getByRole("switch", { name: "Grades: Push" }).isChecked(), true);
  assert.equal(await push.isChecked(), true);
});

test("what can't be saved is taken back, and said", async (world) => {
  world.expectProblem(/503/);
  const ann = await world.person("Ann Refused");
  await openPage(ann.page, "/settings");
  await ann.page.route("**/api/notifications/preferences", (route) =>
    route.fulfill({
      status: 503,
      json: { success: false, error: { code: "unavailable", message: "", requestId: "r" } },
    }));
  const card = ann.page.getByRole("region", { name: "Notifications", exact: true });
  await card.getByRole("switch", { name: "Grades: Push" }).click();
  await card.getByRole("status").getByText("That could not be saved").waitFor();
  assert.equal(await card.getByRole("switch", { name: "Grades: Push" }).isChecked(), true);
  await screenshot(ann.page, "settings-notifications-failed-desktop-light");
});

test("quiet hours begin where the browser is, and change day, time and zone", async (world) => {
  const ann = await world.person("Ann Quiet");
  const { page } = ann;
  await openPage(page, "/settings");
  const card = page.getByRole("region", { name: "Notifications", exact: true });
  const saved = async (act: () => Promise<unknown>) => {
    const [answer] = await Promise.all([
      page.waitForResponse(/notifications\/preferences/),
      act(),
    ]);
    assert.equal(answer.status(), 200);
    return (await preferencesOf(world, ann)).quietHours;
  };
  const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const quiet = card.getByRole("switch", { name: "Quiet hours" });
  const everyDay = [1, 2, 3, 4, 5, 6, 0];
  assert.deepEqual(await saved(() => quiet.click()), {
    timeZone: zone,
    days: everyDay,
    from: "22:00",
    to: "07:00",
  });
  const weekdays = [1, 2, 3, 4, 5];
  await saved(() => card.getByText("Sat", { exact: true }).click());
  const days = await saved(() => card.getByRole("checkbox", { name: "Sunday" }).press("Space"));
  assert.deepEqual(days?.days, weekdays);
  assert.equal((await saved(() => card.getByLabel("From").fill("21:30")))?.from, "21:30");
  const away = await saved(() => card.getByLabel("Time zone").selectOption("Asia/Tokyo"));
  assert.equal(away?.timeZone, "Asia/Tokyo");
  await card.getByText("This browser is somewhere else.").waitFor();
  for (const size of ["desktop", "phone"] as const) {
    await page.setViewportSize(sizes[size]);
    await card.getByText("Quiet hours", { exact: true }).first().scrollIntoViewIfNeeded();
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await card.evaluate((element) => element.scrollIntoView());
      await screenshot(page, `settings-notifications-${size}-${theme}`);
    }
  }
  await page.setViewportSize(sizes.desktop);
  assert.equal(await saved(() => quiet.click()), null);
  const again = await saved(() => quiet.click());
  assert.equal(again?.from, "21:30", "they come back as they were");
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday"]) {
    await saved(() => card.getByRole("checkbox", { name: day }).press("Space"));
  }
  await card.getByText("One day has to stay.").waitFor();
  await card.getByRole("checkbox", { name: "Friday" }).press("Space");
  assert.equal(await card.getByRole("checkbox", { name: "Friday" }).isChecked(), true);
  await page.reload();
  assert.equal(await card.getByLabel("From").inputValue(), "21:30");
});

test("muted conversations are listed, and unmuted, here and from elsewhere", async (world) => {
  const ann = await world.person("Ann Mutes");
  const ben = await world.person("Ben Muted");
  const { conversationId } = await world.call<{ conversationId: string }>(
    ben.token,
    "POST",
    "/api/messages",
    { receiverId: ann.id, content: "Hello" },
  );
  const mute = (until: string | null) =>
    world.call(ann.token, "PUT", "/api/notifications/preferences", {
      mutedConversations: [{ conversationId, until }],
    });
  await mute("9999-12-31T23:59:59.999Z");
  await openPage(ann.page, "/settings");
  const card = ann.page.getByRole("region", { name: "Notifications", exact: true });
  await card.getByText("Until you unmute it").waitFor();
  await card.getByRole("button", { name: /^Unmute .*Ben Muted/ }).click();
  await card.getByText("None. You can mute").waitFor();
  await card.locator('[data-save="saved"]').waitFor();
  assert.deepEqual((await preferencesOf(world, ann)).mutedConversations, []);
  await mute(new Date(Date.now() + 3_600_000).toISOString());
  await card.getByRole("link", { name: "Ben Muted" }).waitFor();
  await mute(null);
  await card.getByText("None. You can mute").waitFor();
});
