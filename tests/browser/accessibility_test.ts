/** axe on every page, in both themes: WCAG 2.2 AA and axe's own best practice. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { untilStill } from "../support/browser.ts";
import { chatPage, openPage } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, as "rule: where (why)". */
async function violations(page: Page): Promise<string[]> {
  // What fades in is not judged while it is half there.
  await untilStill(page);
  // Within the page's own policy: the debugging protocol may run what a script tag may not.
  await page.evaluate(axe.source);
  return await page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} (${failureSummary})`)
    );
  }, TAGS);
}

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${theme}`, async (world) => {
    world.expectProblem(/404|400/);
    const stranger = await world.open({ theme });
    const found: Record<string, string[]> = {};
    const look = async (name: string, page: Page) => {
      const list = await violations(page);
      if (list.length > 0) found[name] = list;
    };
    for (const path of ["/sign-in", "/sign-up", "/nowhere"]) {
      await stranger.page.goto(path);
      await look(path, stranger.page);
    }
    await stranger.page.goto("/sign-up");
    await stranger.page.getByRole("button", { name: "Create account" }).click();
    await stranger.page.getByText("Enter 8 to 200 characters.").waitFor();
    await look("/sign-up with errors", stranger.page);

    const ann = await world.person(`Ann ${theme}`, { theme });
    const ben = await world.person(`Ben ${theme}`, { theme });
    const { page } = ann;
    const chat = chatPage(page);
    await chat.open();
    await look("chat, empty", page);
    await chat.find(`Ben ${theme}`);
    await look("a conversation before its first message", page);
    await chat.send("See https://example.org 👋");
    await chat.see("See https://example.org 👋", "sent");
    await world.call(ben.token, "POST", "/api/messages", {
      receiverId: ann.id,
      content: "An answer\nin two lines",
    });
    await chat.see("An answer\nin two lines");
    await look("a conversation", page);
    await chat.message("An answer\nin two lines").locator(".bubble").hover();
    await look("a message under the pointer", page);
    await chat.message("An answer\nin two lines").locator(".bubble").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Reply" }).waitFor();
    await look("the actions of a message", page);
    await page.keyboard.press("Escape");
    await page.getByRole("combobox").fill("Ben");
    await page.getByRole("option").first().waitFor();
    await look("search", page);
    await page.getByRole("combobox").fill("");
    const bell = page.locator("[popovertarget=bell-popover]");
    await bell.click();
    await page.getByRole("dialog").getByText("All caught up").waitFor();
    await look("bell, empty", page);
    await page.keyboard.press("Escape");
    await world.notify(ann, { title: "Essay graded", message: "An A", link: "/settings" });
    // A toast stays as long as somebody is at it.
    const toasts = page.getByRole("region", { name: "Messages of this page" });
    await toasts.getByRole("listitem").hover();
    await look("a toast", page);
    await bell.click();
    await page.getByRole("dialog").getByText("Essay graded").waitFor();
    await look("bell", page);
    await page.getByRole("dialog").getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /^Snooze for an hour/ }).waitFor();
    await look("what can be done with a notification", page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Mute", exact: true }).click();
    await page.getByRole("menuitem", { name: /^For an hour/ }).waitFor();
    await look("the ways to mute", page);
    await page.keyboard.press("Escape");
    const ira = await world.hostToken({ sub: `ira-${theme}`, role: "instructor", name: "Ira" });
    const room = { name: `Cohort ${theme}`, memberIds: [ann.id, ben.id] };
    await world.call(ira, "POST", "/api/rooms", room);
    await chat.openRow(room.name);
    await page.getByRole("button", { name: "3 members. Show who is here" }).click();
    const members = page.getByRole("dialog");
    await members.getByRole("button", { name: "Leave room" }).click();
    await members.getByRole("group").waitFor();
    await look("the members of a room, and the question before leaving", page);
    // The page that opens without the server; with one it is the same app.
    for (const path of ["/offline", "/notifications"]) {
      await openPage(page, path);
      await look(path, page);
    }
    for (const n of [1, 2]) {
      const alike = { title: `Submission ${n}`, message: "Handed in", collapseKey: "essay" };
      await world.notify(ann, alike);
    }
    await page.getByRole("button", { name: "Show 1 more" }).click();
    await page.getByText("Submission 1").waitFor();
    await look("alike notifications, unfolded", page);
    await openPage(page, "/settings");
    await look("/settings", page);
    await page.getByRole("switch", { name: "Quiet hours" }).click();
    await page.getByLabel("Time zone").waitFor();
    await page.getByRole("button", { name: "Check this device" }).click();
    await page.getByText(/problems? found/).waitFor();
    await look("settings with quiet hours and the doctor's findings", page);

    await world.call(ann.token, "POST", "/api/messages", { receiverId: ben.id, content: "New" });
    const phone = await world.device(ben, { theme, size: "phone" });
    const small = chatPage(phone.page);
    await small.open();
    await look("phone, list", phone.page);
    await small.openRow(`Ann ${theme}`);
    await phone.page.locator("[data-new-line]").waitFor();
    await look("phone, conversation with unread ones", phone.page);
    assert.deepEqual(found, {});
  });
}
