/**
 * Pushes in Chromium, with the product's own page and worker. The push itself is handed to the
 * worker by the debugging protocol; tests/push shows a real one, encrypted, in Firefox.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { buildPayload } from "../../lib/push/push_payload.ts";
import { chatPage, eventually, openPage, untilOnline } from "../support/chat_page.ts";
import { browserSuite, type Person, type World } from "../support/suite.ts";

const { test } = browserSuite();

/** Ways to push to a page's worker and to press what it shows. */
async function workerOf({ context, page }: Person, origin: string) {
  const session = await context.newCDPSession(page);
  const { promise: registered, resolve } = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const [registration] = registrations;
    if (registration) resolve(registration.registrationId);
  });
  await session.send("ServiceWorker.enable");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  const worker = context.serviceWorkers()[0] ?? await context.waitForEvent("serviceworker");
  const registrationId = await registered;
  return {
    push: (data: string) =>
      session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data }),
    press: (title: string, action = "") =>
      worker.evaluate(async ([title, action]) => {
        const scope = globalThis as unknown as {
          registration: ServiceWorkerRegistration;
          NotificationEvent: new (type: string, init: unknown) => Event;
          dispatchEvent(event: Event): boolean;
        };
        const notification = (await scope.registration.getNotifications())
          .find((one) => one.title === title);
        scope.dispatchEvent(
          new scope.NotificationEvent("notificationclick", { notification, action }),
        );
      }, [title, action]),
  };
}

/** Asked for not before they are on the screen: Chromium forgets what it is asked about earlier. */
async function titles(page: Page): Promise<string> {
  await page.waitForTimeout(150);
  return await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title }) => title).join();
  });
}

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
  const worker = await workerOf(ben, world.server.origin);
  await worker.push(payload);
  await eventually(ben.page, () => titles(ben.page), "Ann Pushes", "what the system shows");
  return { ann, ben, worker, conversationId };
}

test("P23 the page registers the worker; a push shows, its click leads the window there", async (world) => {
  const { ben, worker, conversationId } = await told(world);
  await untilOnline(ben.page, () => worker.press("Ann Pushes", "view"));
  await ben.page.waitForURL(`**/chat/${conversationId}`);
  await chatPage(ben.page).see("See you at nine");
  assert.equal(await titles(ben.page), "");
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
  const { ben } = await told(world);
  await chatPage(ben.page).openRow("Ann Pushes");
  await eventually(ben.page, () => titles(ben.page), "", "what the system shows");
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
