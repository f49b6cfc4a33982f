/**
 * Pushes in Chromium, with the product's own page and worker. The push itself is handed to the
 * worker by the debugging protocol; tests/push shows a real one, encrypted, in Firefox.
 */
import assert from "node:assert/strict";
import { buildPayload } from "../../lib/push/push_payload.ts";
import { chatPage, openPage, untilOnline } from "../support/chat_page.ts";
import { PushedWorker } from "../support/pushed_worker.ts";
import { browserSuite, type World } from "../support/suite.ts";

const { test } = browserSuite();

/** Somebody with a worker, and an unread message to be told of. */
async function told(world: World) {
  const ann = await world.person("Ann Pushes");
  const ben = await world.person("Ben Pushed", { permissions: ["notifications"] });
  await openPage(ben.page, "/chat");
  const { conversationId } = await world.call<{ conversationId: string }>(
    ann.token,
    "POST",
    "/api/messages",
    { receiverId: ben.id, content: "See you at nine" },
  );
  const payload = buildPayload({
    title: "Ann Pushes",
    body: "See you at nine",
    navigate: `/chat/${conversationId}`,
    tag: `message:${conversationId}`,
    urgency: "high",
    timestamp: Date.now(),
    badge: 1,
    dismiss: `/api/messages/read/${conversationId}`,
  }, { appOrigin: null, badge: 1, close: [] });
  const worker = await PushedWorker.of(ben.context, ben.page);
  await worker.push(payload);
  await worker.waitFor("Ann Pushes");
  return { ann, ben, worker, conversationId };
}

test("P23 the page registers the worker; a push shows, its click leads the window there", async (world) => {
  const { ben, worker, conversationId } = await told(world);
  await untilOnline(ben.page, () => worker.press("Ann Pushes", "view"));
  await ben.page.waitForURL(`**/chat/${conversationId}`);
  await chatPage(ben.page).see("See you at nine");
  await worker.waitFor();
});

test("P23 dismissing it reads the conversation and leaves the window where it is", async (world) => {
  const { ben, worker } = await told(world);
  const row = chatPage(ben.page).row("Ann Pushes");
  await row.getByText("1 unread").waitFor();
  await worker.press("Ann Pushes", "dismiss");
  await row.getByText("1 unread").waitFor({ state: "detached" });
  assert.equal(new URL(ben.page.url()).pathname, "/chat");
});

test("R7 P25 reading the conversation takes away what the system shows of it", async (world) => {
  const { ben, worker } = await told(world);
  await chatPage(ben.page).openRow("Ann Pushes");
  await worker.waitFor();
});

test("P26 the settings say what push is here, and nobody is asked before they press", async (world) => {
  const ann = await world.person("Ann Settings", { permissions: ["notifications"] });
  await openPage(ann.page, "/settings");
  await ann.page.locator('[data-push="off"]').getByRole("button", { name: "Turn on" }).waitFor();

  // Without the permission of a test this browser says no by itself.
  const ben = await world.person("Ben Settings");
  const asked: string[] = [];
  await ben.page.exposeFunction("noteAsked", () => void asked.push("asked"));
  await ben.page.addInitScript(() => {
    const { noteAsked } = globalThis as unknown as { noteAsked: () => void };
    Notification.requestPermission = () => {
      noteAsked();
      return Promise.resolve("denied");
    };
  });
  await openPage(ben.page, "/settings");
  await ben.page.locator('[data-push="denied"]').getByText("Blocked in this browser").waitFor();
  assert.deepEqual(asked, []);
});
