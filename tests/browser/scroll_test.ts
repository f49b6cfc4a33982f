/** The log holds still: what is read stays at its pixel, whatever comes above or below. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until } from "../../lib/testing/fake_clock.ts";
import { chatPage, eventually } from "../support/chat_page.ts";
import { browserSuite, type World } from "../support/suite.ts";

const { test } = browserSuite();
/** What a layout may round to. */
const PIXEL = 0.5;

/** Two people with a history of messages of many heights. */
async function withHistory(world: World, name: string, count: number) {
  const ann = await world.person(`Ann ${name}`);
  const ben = await world.person(`Ben ${name}`);
  for (let n = 1; n <= count; n++) {
    const [from, to] = n % 3 === 0 ? [ann, ben] : [ben, ann];
    await world.call(from.token, "POST", "/api/messages", {
      receiverId: to.id,
      content: `message ${n}${" and what is said in it".repeat(n * 7 % 13)}${
        "\nline".repeat(n % 4)
      }`,
    });
  }
  await world.call(ann.token, "PUT", `/api/messages/read/${ben.id}`, {});
  return { ann, ben, chat: chatPage(ann.page) };
}

/** The first message that is in view whole: its key, and its top in the window. */
async function underTheEye(page: Page): Promise<{ key: string; top: number }> {
  return await page.evaluate(() => {
    const top = document.querySelector(".log")?.getBoundingClientRect().top ?? 0;
    for (const row of document.querySelectorAll<HTMLElement>(".message")) {
      const box = row.getBoundingClientRect();
      if (box.top >= top + 60) return { key: row.dataset.key ?? "", top: box.top };
    }
    throw new Error("no message is in view");
  });
}

/** Where the message of a key is. */
async function topOf(page: Page, key: string): Promise<number> {
  return await page.evaluate(
    (key) =>
      document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.getBoundingClientRect().top ?? NaN,
    key,
  );
}

/** By how many pixels at most the message moves within the next frames. */
async function movesWithin(
  page: Page,
  { key, top }: { key: string; top: number },
  frames: number,
): Promise<number> {
  return await page.evaluate(async ({ key, top, frames }) => {
    let most = 0;
    for (let frame = 0; frame < frames; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = document.querySelector(`[data-key="${CSS.escape(key)}"]`)
        ?.getBoundingClientRect().top ?? Infinity;
      most = Math.max(most, Math.abs(now - top));
    }
    return most;
  }, { key, top, frames });
}

/** Turns the wheel over the log and waits until it has moved and nothing moves any more. */
async function wheel(page: Page, deltaY: number): Promise<void> {
  await page.locator(".log").hover();
  // The compositor scrolls when it comes to it, so standing still means nothing before that.
  const moved = await page.evaluateHandle((deltaY) => {
    const log = document.querySelector(".log") as Element;
    const way = log.scrollHeight - log.clientHeight;
    // The log begins at its end: from 0 upwards everything is negative.
    const room = deltaY < 0 ? way + log.scrollTop : -log.scrollTop;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (room < 1) resolve();
    log.addEventListener("scrollend", () => resolve(), { once: true });
    // What is loaded above may take the way's end away, and its event with it.
    setTimeout(resolve, 5000);
    return { promise };
  }, deltaY);
  await page.mouse.wheel(0, deltaY);
  await moved.evaluate(async ({ promise }) => {
    await promise;
    const log = document.querySelector(".log") as Element;
    let still = 0;
    for (let last = NaN; still < 5; last = log.scrollTop) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      still = log.scrollTop === last ? still + 1 : 0;
    }
  });
  await moved.dispose();
}

/** Scrolls up, piece by piece, until the text is there. */
async function wheelUpTo(page: Page, text: string, step: number): Promise<void> {
  await until(async () => {
    if (await page.getByText(text).count() > 0) return true;
    await wheel(page, -step);
    return false;
  }, `"${text}" comes when one scrolls up`);
}

test("older messages come above without moving what is read", async (world) => {
  const { ann: { page }, ben, chat } = await withHistory(world, "Older", 180);
  await chat.open(ben.id);
  const rows = page.locator(".message");
  for (let pages = 0; pages < 2; pages++) {
    // Holds the answer back, so that what it moves can be told from what the wheel moved.
    const release = Promise.withResolvers<void>();
    const asked = page.waitForRequest(/\/api\/messages\/conversation\/.*before=/);
    await page.route(/\/api\/messages\/conversation\/.*before=/, async (route) => {
      await release.promise;
      await route.continue();
    }, { times: 1 });
    const count = await rows.count();
    await wheelUpTo(page, "Loading older messages", 400);
    await asked;
    // On, into what is loaded last, where a jump would be seen most.
    await wheel(page, -600);
    const eye = await underTheEye(page);
    release.resolve();
    await eventually(page, async () => await rows.count() > count, true, "older messages");
    assert.ok(await movesWithin(page, eye, 20) <= PIXEL, `page ${pages}: ${eye.key} has moved`);
  }
  // All the way: every message is there once, in order.
  await wheelUpTo(page, "This is where your conversation with", 3000);
  const seqs = await rows.evaluateAll((all) =>
    all.map((row) => Number((row as HTMLElement).dataset.seq))
  );
  assert.deepEqual(seqs, Array.from({ length: 180 }, (_, n) => n + 1));
});

test("a new message elsewhere moves nothing and is counted; the button leads there", async (world) => {
  const { ann: { page }, ben, ann, chat } = await withHistory(world, "Elsewhere", 60);
  await chat.open(ben.id);
  const atEnd = () =>
    page.evaluate(() => Math.abs(document.querySelector(".log")?.scrollTop ?? NaN) <= 1);
  const say = (content: string) =>
    world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content });
  assert.ok(await atEnd(), "it begins at the newest");
  await say("one at the end");
  await chat.see("one at the end");
  assert.ok(await atEnd(), "at the end one stays there");

  await wheel(page, -900);
  const eye = await underTheEye(page);
  await say("one elsewhere");
  await page.getByRole("button", { name: "1 new message" }).waitFor();
  assert.ok(await movesWithin(page, eye, 10) <= PIXEL);
  await say("two elsewhere\nof three\nlines");
  const button = page.getByRole("button", { name: "2 new messages" });
  await button.waitFor();
  assert.ok(await movesWithin(page, eye, 10) <= PIXEL);
  await button.click();
  await eventually(page, atEnd, true, "at the end");
  await button.waitFor({ state: "detached" });
  await chat.send("An own message leads to the end as well");
  await wheel(page, -900);
  await chat.send("wherever one was");
  await eventually(page, atEnd, true, "at the end");
});

test("coming back to a conversation returns to where one was", async (world) => {
  const { ann, ben, chat } = await withHistory(world, "Return", 60);
  const cleo = await world.person("Cleo Return");
  await world.call(cleo.token, "POST", "/api/messages", { receiverId: ann.id, content: "Hi" });
  const { page } = ann;
  await chat.open(ben.id);
  await wheel(page, -1100);
  const eye = await underTheEye(page);
  await chat.openRow("Cleo Return");
  await chat.see("Hi");
  await chat.openRow("Ben Return");
  await eventually(
    page,
    async () => Math.abs(await topOf(page, eye.key) - eye.top) <= 1,
    true,
    "the message under the eye",
  );
  assert.ok(await movesWithin(page, { ...eye, top: await topOf(page, eye.key) }, 10) <= PIXEL);
  await page.goBack();
  await page.getByRole("heading", { name: "Cleo Return", level: 1 }).waitFor();
});
