/** Two people in two windows. */
import assert from "node:assert/strict";
import { chatPage, eventually, saying, untilTitle } from "../support/chat_page.ts";
import { browserSuite } from "../support/suite.ts";

const { test } = browserSuite();

test("R1 two people find each other and write, each message once and in order", async (world) => {
  const ann = await world.person("Ann Berg");
  const ben = await world.person("Ben Okafor");
  const annChat = chatPage(ann.page);
  const benChat = chatPage(ben.page);
  await Promise.all([annChat.open(), benChat.open()]);
  await ann.page.getByText("No conversations yet").waitFor();

  await annChat.find("Ben Okafor");
  await annChat.send("Hello Ben");
  await benChat.row("Ann Berg").waitFor();
  await benChat.openRow("Ann Berg");
  await benChat.see("Hello Ben");
  await benChat.send("Hello Ann");
  await annChat.see("Hello Ann");
  for (let n = 1; n <= 5; n++) {
    await annChat.send(`from Ann ${n}`);
    await benChat.send(`from Ben ${n}`);
  }
  await Promise.all([annChat, benChat].flatMap((chat) => [
    chat.see("from Ann 5"),
    chat.see("from Ben 5"),
  ]));
  await annChat.see("from Ann 5", "read");
  for (const { page } of [ann, ben]) {
    // What is under way stands below all that has arrived.
    await page.locator('.message[data-state="sending"]').first().waitFor({ state: "detached" });
  }
  const [left, right] = await Promise.all([annChat.texts(), benChat.texts()]);
  assert.deepEqual(left, right, "both see the same order");
  assert.equal(left.length, 12);
  assert.equal(new Set(left).size, 12, "each once");
  // Reload: what the server draws is the same.
  await annChat.open(new URL(ann.page.url()).pathname.split("/")[2]);
  assert.deepEqual(await annChat.texts(), left);
});

test("typing shows at the other's, in the window and in the list, and goes again", async (world) => {
  const ann = await world.person("Ann Typist");
  const ben = await world.person("Ben Waiter");
  await world.call(ann.token, "POST", "/api/messages", { receiverId: ben.id, content: "Hi" });
  const annChat = chatPage(ann.page);
  const benChat = chatPage(ben.page);
  await Promise.all([annChat.open(ben.id), benChat.open(ann.id)]);
  await Promise.all([
    ben.page.getByText(saying("Ann Typist is typing")).waitFor(),
    benChat.row("Ann Typist").getByText("typing…").waitFor(),
    annChat.composer.pressSequentially("I am wri"),
  ]);
  await annChat.composer.press("Enter");
  await benChat.see("I am wri");
  await ben.page.getByText(saying("Ann Typist is typing")).waitFor({ state: "detached" });
  assert.equal(await ann.page.getByText("is typing").count(), 0, "nobody sees their own typing");
});

test("R6 ticks go from sent to delivered to read, unread counts from list to title", async (world) => {
  const ann = await world.person("Ann Ticks");
  const ben = await world.person("Ben Later");
  const annChat = chatPage(ann.page);
  const benChat = chatPage(ben.page);
  await annChat.open(ben.id);
  await annChat.send("Are you there?");
  await annChat.see("Are you there?", "sent");

  await benChat.open();
  await annChat.see("Are you there?", "delivered");
  const row = benChat.row("Ann Ticks");
  await row.getByText("1 unread").waitFor();
  await eventually(ben.page, () => benChat.badge("Chat"), "1", "the rail's count");
  await untilTitle(ben.page, /^\(1\) /, "the title's count");
  await annChat.send("Take your time");
  await row.getByText("2 unread").waitFor();
  await eventually(ben.page, () => benChat.badge("Chat"), "2", "the rail's count");
  await untilTitle(ben.page, /^\(2\) /, "the title's count");

  await benChat.openRow("Ann Ticks");
  const line = ben.page.locator("[data-new-line]");
  await line.waitFor();
  assert.equal(await line.innerText(), "New");
  const below = await line.evaluate((element) =>
    element.nextElementSibling?.querySelector(".bubble")?.textContent
  );
  assert.equal(below, "Are you there?", "the line stands where unread begins");
  await annChat.see("Take your time", "read");
  await eventually(ben.page, () => benChat.badge("Chat"), "", "the rail's count");
  await untilTitle(ben.page, /^[^(]/, "no count in the title");
  // It stays until one leaves.
  await annChat.send("One more");
  await benChat.see("One more");
  assert.equal(await line.count(), 1);
  await annChat.see("One more", "read");
});

test("several lines, links, emoji and code stay what they are", async (world) => {
  const ann = await world.person("Ann Text");
  const ben = await world.person("Ben Reader");
  const annChat = chatPage(ann.page);
  const benChat = chatPage(ben.page);
  await annChat.open(ben.id);
  await annChat.composer.pressSequentially("first line");
  await annChat.composer.press("Shift+Enter");
  await annChat.composer.pressSequentially("second line");
  await annChat.composer.press("Enter");
  await annChat.send("see https://example.org/a?b=1&c=2, please");
  await annChat.send("🎉👩‍🚀");
  await annChat.send('<b onclick="alert(1)">not bold</b> & javascript:alert(1)');
  await benChat.open(ann.id);
  await benChat.see('<b onclick="alert(1)">not bold</b> & javascript:alert(1)');
  assert.deepEqual(await benChat.texts(), [
    "first line\nsecond line",
    "see https://example.org/a?b=1&c=2, please",
    "🎉👩‍🚀",
    '<b onclick="alert(1)">not bold</b> & javascript:alert(1)',
  ]);
  const link = benChat.log.getByRole("link");
  assert.equal(await link.count(), 1, "only the address is a link");
  assert.equal(await link.getAttribute("href"), "https://example.org/a?b=1&c=2");
  assert.match(await link.getAttribute("rel") ?? "", /noopener/);
  const sizeOf = (text: string) =>
    benChat.message(text).locator(".bubble").evaluate((bubble) =>
      parseFloat(getComputedStyle(bubble).fontSize)
    );
  assert.ok(await sizeOf("🎉👩‍🚀") >= 1.5 * await sizeOf("first line\nsecond line"));
});

test("an own message is on the screen in the frame of Enter", async (world) => {
  const ann = await world.person("Ann Quick");
  const ben = await world.person("Ben Calm");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  for (const text of ["first of all", "and again"]) {
    await chat.composer.fill(text);
    const shown = ann.page.evaluate((wanted) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      addEventListener("keydown", () => {
        // Asked for before the page's own code runs: nothing of it can be drawn any earlier.
        requestAnimationFrame(() => {
          const bubbles = [...document.querySelectorAll(".bubble")];
          const composer = document.querySelector<HTMLTextAreaElement>("#composer");
          resolve(bubbles.at(-1)?.textContent === wanted && composer?.value === "");
        });
      }, { capture: true, once: true });
      return promise;
    }, text);
    await chat.composer.press("Enter");
    assert.ok(await shown, text);
  }
  await chat.see("and again", "sent");
});

test("a draft survives another conversation and a reload, and shows in the list", async (world) => {
  const ann = await world.person("Ann Drafts");
  const ben = await world.person("Ben First");
  const cleo = await world.person("Cleo Second");
  for (const { id } of [ben, cleo]) {
    await world.call(ann.token, "POST", "/api/messages", { receiverId: id, content: "Hi" });
  }
  const chat = chatPage(ann.page);
  await chat.open();
  await chat.openRow("Ben First");
  await chat.composer.fill("half a thou");
  await chat.openRow("Cleo Second");
  await eventually(ann.page, () => chat.composer.inputValue(), "", "the other one's draft");
  await chat.row("Ben First").getByText("Draft: half a thou").waitFor();
  await chat.open();
  await chat.row("Ben First").getByText("Draft: half a thou").waitFor();
  await chat.openRow("Ben First");
  await eventually(ann.page, () => chat.composer.inputValue(), "half a thou", "the draft");
});

test("more than 5,000 characters can't be sent, and the text stays", async (world) => {
  const ann = await world.person("Ann Long");
  const ben = await world.person("Ben Short");
  const chat = chatPage(ann.page);
  await chat.open(ben.id);
  await chat.composer.fill("x".repeat(4600));
  await ann.page.getByText("400 characters left").waitFor();
  await chat.composer.fill("x".repeat(5001));
  await ann.page.getByText("1 character too many").waitFor();
  await chat.composer.press("Enter");
  assert.equal((await chat.composer.inputValue()).length, 5001);
  assert.deepEqual(await chat.texts(), []);
  await chat.composer.fill("x".repeat(5000));
  await chat.composer.press("Enter");
  await chat.see("x".repeat(5000), "sent");
});

test("a message elsewhere makes a toast, one in view does not", async (world) => {
  const ann = await world.person("Ann Toast");
  const ben = await world.person("Ben Toast");
  await world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content: "Hi" });
  const chat = chatPage(ann.page);
  await chat.open();
  const toasts = ann.page.getByRole("region", { name: "Messages of this page" });
  await world.call(ben.token, "POST", "/api/messages", {
    receiverId: ann.id,
    content: "Look here",
  });
  await toasts.getByText("Look here").click();
  await chat.see("Look here");
  await toasts.getByText("Look here").waitFor({ state: "detached" });
  await world.call(ben.token, "POST", "/api/messages", { receiverId: ann.id, content: "In view" });
  await chat.see("In view");
  assert.equal(await toasts.getByText("In view").count(), 0);
});

test("a conversation that is not one's own can't be told from one that is not there", async (world) => {
  world.expectProblem(/404/);
  const ann = await world.person("Ann Private");
  const ben = await world.person("Ben Private");
  const eve = await world.person("Eve Curious");
  const { conversationId } = await world.call<{ conversationId: string }>(
    ann.token,
    "POST",
    "/api/messages",
    { receiverId: ben.id, content: "between us" },
  );
  const shown: string[] = [];
  for (const id of [conversationId, "d_aaaaaaaaaaaaaaaaaaaaaa"]) {
    const response = await eve.page.goto(`/chat/${id}`);
    assert.equal(response?.status(), 404);
    shown.push(await eve.page.locator("body").innerText());
  }
  assert.equal(shown[0], shown[1]);
  assert.doesNotMatch(shown[0] ?? "", /between us|Ann|Ben/);
});
