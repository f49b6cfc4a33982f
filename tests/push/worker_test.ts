import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { buildPayload } from "../../lib/push/push_payload.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { launchChromium } from "../support/browser.ts";
import { PushedWorker } from "../support/pushed_worker.ts";
import { WorkerSite } from "./worker_site.ts";

/** A window on the site, and its worker. */
interface Phone {
  site: WorkerSite;
  context: BrowserContext;
  page: Page;
  worker: PushedWorker;
}

async function onPhone(body: (phone: Phone) => Promise<void>): Promise<void> {
  await using site = new WorkerSite();
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ permissions: ["notifications"], locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(`${site.origin}/chat`);
    await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await body({ site, context, page, worker: await PushedWorker.of(context, page) });
  } finally {
    await browser.close();
  }
}

function payload(change: Record<string, unknown> = {}, close: string[] = [], badge = 1): string {
  return buildPayload({
    title: "Ann",
    body: "See you at nine",
    navigate: "/chat/d_1",
    tag: "message:d_1",
    urgency: "high",
    timestamp: 1_767_603_600_000,
    badge,
    dismiss: "/api/messages/read/d_1",
    ...change,
  }, { appOrigin: null, badge, close });
}

Deno.test("P20 P22 P24 a push is shown with its title, body, tag, icon, badge, time and actions", () =>
  onPhone(async ({ site, worker }) => {
    await worker.push(payload());
    const [shown] = await worker.waitFor("Ann");
    assert.deepEqual(shown, {
      title: "Ann",
      body: "See you at nine",
      tag: "message:d_1",
      renotify: true,
      icon: `${site.origin}/icons/icon-192.png`,
      badge: `${site.origin}/icons/badge-96.png`,
      timestamp: 1_767_603_600_000,
      data: { navigate: `${site.origin}/chat/d_1`, dismiss: "/api/messages/read/d_1" },
      actions: [{ action: "view", title: "View" }, { action: "dismiss", title: "Dismiss" }],
    });
    // Nothing is asked of the server before a push is shown, nor because of it.
    assert.deepEqual(site.calls, []);
  }));

Deno.test("P20 P25 a push without content is shown in the reader's words, and closed by its tag", () =>
  onPhone(async ({ site, page, worker }) => {
    const hidden = buildPayload({
      title: "Ann",
      body: "See you at nine",
      navigate: "/chat/d_1",
      tag: "message:d_1",
      urgency: "high",
      timestamp: 1_767_603_600_000,
      badge: 1,
    }, { appOrigin: null, badge: 1, close: [], hidden: "message" });
    await worker.push(hidden.replace('"New message"', '"Something else"'));
    const [shown] = await worker.waitFor("New message");
    assert.equal(shown?.body, "");
    assert.equal(shown?.data.navigate, `${site.origin}/chat`);
    assert.equal(shown?.data.dismiss, null);
    assert.deepEqual(site.calls, []);
    // The page knows the conversation's tag alone.
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage({ type: "close", tags: ["message:d_1"] });
    });
    await worker.waitFor();
  }));

Deno.test("P22 a newer push of the same tag replaces the older one, another tag stands beside it", () =>
  onPhone(async ({ worker }) => {
    await worker.push(payload());
    await worker.push(payload({ title: "Ann again" }));
    await worker.push(payload({ title: "Ben", tag: "message:d_2" }));
    await worker.waitFor("Ann again", "Ben");
  }));

Deno.test("P21 whatever a push holds, something sensible is shown that leads to this site", () =>
  onPhone(async ({ site, page, worker }) => {
    const strange: [string, string, string][] = [
      ["", "Something new", "Open the app to see it."],
      ["not JSON {", "Something new", "Open the app to see it."],
      ["null", "Something new", "Open the app to see it."],
      ["[1,2]", "Something new", "Open the app to see it."],
      ['{"notification":[]}', "Something new", "Open the app to see it."],
      [
        '{"notification":{"title":7,"body":{},"tag":[],"timestamp":"x","data":3}}',
        "Something new",
        "",
      ],
      ['{"notification":{"body":"Only a body"},"app_badge":-1}', "Something new", "Only a body"],
      ['{"notification":{"title":"Later","data":{"version":99,"close":"all"}}}', "Later", ""],
      ['{"notification":{"title":"Far","navigate":"https://evil.example/"}}', "Far", ""],
      ['{"notification":{"title":"Script","navigate":"javascript:alert(1)"}}', "Script", ""],
    ];
    for (const [data, title, body] of strange) {
      await worker.push(data);
      const shown = await worker.shown();
      assert.equal(shown.length, 1, data);
      assert.equal(shown[0]?.title, title, data);
      if (body !== "") assert.equal(shown[0]?.body, body, data);
      assert.equal(shown[0]?.data.navigate, `${site.origin}/notifications`, data);
      assert.equal(shown[0]?.data.dismiss, null, data);
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        for (const one of await registration.getNotifications()) one.close();
      });
      await worker.waitFor();
    }
  }));

Deno.test("P23 dismiss closes it, tells the server and opens nothing", () =>
  onPhone(async ({ site, context, page, worker }) => {
    await worker.push(payload({ dismiss: "/api/notifications/n1/read" }));
    await worker.waitFor("Ann");
    await worker.press("Ann", "dismiss");
    await worker.waitFor();
    await until(() => site.calls.length === 1, "the server is told");
    assert.deepEqual(site.calls, [
      { method: "PUT", path: "/api/notifications/n1/read", body: "" },
    ]);
    assert.equal(new URL(page.url()).pathname, "/chat");
    assert.equal(context.pages().length, 1);
  }));

for (const [name, action] of [["body", ""], ["view", "view"]] as const) {
  Deno.test(`P23 a click on ${name} leads the open window there and counts as read`, () =>
    onPhone(async ({ site, context, page, worker }) => {
      await worker.push(payload());
      await worker.waitFor("Ann");
      await worker.press("Ann", action);
      await page.waitForURL("**/chat/d_1");
      await worker.waitFor();
      assert.equal(context.pages().length, 1);
      await until(() => site.calls.length > 0, "the server is told");
      assert.equal(site.calls[0]?.path, "/api/messages/read/d_1");
    }));
}

Deno.test("P23 a click never leads to another site, and the API is the only thing told", () =>
  onPhone(async ({ site, page, worker }) => {
    const evil = JSON.parse(payload({ title: "Evil" }));
    evil.notification.navigate = "https://evil.example/";
    evil.notification.data.dismiss = "https://evil.example/api/x";
    await worker.push(JSON.stringify(evil));
    await worker.waitFor("Evil");
    await worker.press("Evil");
    await page.waitForURL("**/notifications");
    assert.equal(new URL(page.url()).origin, site.origin);
    assert.deepEqual(site.calls, []);
  }));

Deno.test("P25 a push closes what was read elsewhere, and so does the page", () =>
  onPhone(async ({ page, worker }) => {
    for (const tag of ["message:a", "message:b", "notification:c"]) {
      await worker.push(payload({ title: tag, tag }));
    }
    await worker.waitFor("message:a", "message:b", "notification:c");
    await worker.push(payload({ title: "new", tag: "message:d" }, ["message:a", "unknown"]));
    await worker.waitFor("message:b", "notification:c", "new");
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage({ type: "close", tags: ["notification:c"] });
      active?.postMessage({ type: "close", tags: "message:b" });
      active?.postMessage(null);
    });
    await worker.waitFor("message:b", "new");
  }));

Deno.test("P25 the app badge is what the push says", () =>
  onPhone(async ({ worker }) => {
    await worker.worker.evaluate(() => {
      const scope = globalThis as unknown as { badges: (number | null)[] };
      scope.badges = [];
      Object.assign(navigator, {
        setAppBadge: (count: number) => Promise.resolve(void scope.badges.push(count)),
        clearAppBadge: () => Promise.resolve(void scope.badges.push(null)),
      });
    });
    await worker.push(payload({}, [], 3));
    await worker.push(payload({ tag: "message:d_2" }, [], 0));
    await until(
      async () =>
        await worker.worker.evaluate(() =>
          (globalThis as unknown as { badges: unknown[] }).badges.length === 2
        ),
      "both badges are set",
    );
    assert.deepEqual(
      await worker.worker.evaluate(() => (globalThis as unknown as { badges: unknown[] }).badges),
      [3, null],
    );
  }));

Deno.test("P16 a subscription that changed is told to the server, the old one taken away", () =>
  onPhone(async ({ site, worker }) => {
    site.answers.set("GET /api/notifications/vapid-key", { publicKey: "the-key" });
    await worker.worker.evaluate(() => {
      const made = (endpoint: string) => ({ endpoint, toJSON: () => ({ endpoint, keys: {} }) });
      const scope = globalThis as unknown as {
        registration: { pushManager: PushManager };
        dispatchEvent(event: Event): boolean;
      };
      // The real one asks a push service, which is out of reach here.
      Object.defineProperty(scope.registration.pushManager, "subscribe", {
        value: ({ applicationServerKey }: { applicationServerKey: string }) =>
          Promise.resolve(made(`https://push.example/${applicationServerKey}`)),
      });
      const event = new Event("pushsubscriptionchange");
      Object.assign(event, {
        oldSubscription: made("https://push.example/old"),
        waitUntil: (work: Promise<unknown>) => work,
      });
      scope.dispatchEvent(event);
    });
    await until(() => site.calls.length === 3, "the server is told");
    assert.deepEqual(site.calls.map(({ method, body }) => [method, body]), [
      ["GET", ""],
      [
        "POST",
        '{"endpoint":"https://push.example/the-key","keys":{},"applicationServerKey":"the-key"}',
      ],
      ["DELETE", '{"endpoint":"https://push.example/old"}'],
    ]);
  }));
