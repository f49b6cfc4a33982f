import assert from "node:assert/strict";
import type { BrowserContext, CDPSession, Page, Worker } from "playwright-core";
import { buildPayload } from "../../lib/push/push_payload.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { launchChromium } from "../support/browser.ts";
import { WorkerSite } from "./worker_site.ts";

/** What a notification of the browser shows. */
interface Shown {
  title: string;
  body: string;
  tag: string;
  renotify: boolean;
  icon: string;
  badge: string;
  timestamp: number;
  data: { navigate: string; dismiss: string | null };
  actions: { action: string; title: string }[];
}

/** Longer than a notification takes to get onto the screen. */
const SHOWING_MS = 150;

/** One window on the site, with the worker running and a way to push to it. */
class Phone {
  constructor(
    readonly site: WorkerSite,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly worker: Worker,
    private readonly session: CDPSession,
    private readonly registrationId: string,
  ) {}

  async push(data: string): Promise<void> {
    await this.session.send("ServiceWorker.deliverPushMessage", {
      origin: this.site.origin,
      registrationId: this.registrationId,
      data,
    });
  }

  /**
   * What is shown. Chromium forgets a notification that it is asked about between the moment it
   * has noted it and the moment it is on the screen, so the question waits for that to be over.
   */
  async shown(): Promise<Shown[]> {
    await this.page.waitForTimeout(SHOWING_MS);
    return await this.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map((one) => {
        // The DOM's types leave out what Chromium has.
        const all = one as unknown as Shown;
        const { title, body, tag, renotify, icon, badge, timestamp, data } = all;
        const actions = all.actions.map(({ action, title }) => ({ action, title }));
        return { title, body, tag, renotify, icon, badge, timestamp, data, actions };
      });
    });
  }

  /** Waits until the titles of what is shown are these, in any order. */
  async waitFor(...titles: string[]): Promise<Shown[]> {
    let shown: Shown[] = [];
    await until(
      async () => {
        shown = await this.shown();
        return shown.map(({ title }) => title).sort().join("\n") === titles.sort().join("\n");
      },
      `the notifications ${titles.join(", ")}`,
    );
    return shown;
  }

  /** Does with the notification of this title what a person would. */
  async click(title: string, action: string): Promise<void> {
    await this.worker.evaluate(async ([title, action]) => {
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
    }, [title, action]);
  }
}

async function onPhone(body: (phone: Phone) => Promise<void>): Promise<void> {
  await using site = new WorkerSite();
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ permissions: ["notifications"], locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(`${site.origin}/chat`);
    const session = await context.newCDPSession(page);
    const registered = Promise.withResolvers<string>();
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [registration] = registrations;
      if (registration) registered.resolve(registration.registrationId);
    });
    await session.send("ServiceWorker.enable");
    await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    const worker = context.serviceWorkers()[0] ?? await context.waitForEvent("serviceworker");
    await body(new Phone(site, context, page, worker, session, await registered.promise));
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
  onPhone(async (phone) => {
    await phone.push(payload());
    const [shown] = await phone.waitFor("Ann");
    assert.deepEqual(shown, {
      title: "Ann",
      body: "See you at nine",
      tag: "message:d_1",
      renotify: true,
      icon: `${phone.site.origin}/icons/icon-192.png`,
      badge: `${phone.site.origin}/icons/badge-96.png`,
      timestamp: 1_767_603_600_000,
      data: { navigate: `${phone.site.origin}/chat/d_1`, dismiss: "/api/messages/read/d_1" },
      actions: [{ action: "view", title: "View" }, { action: "dismiss", title: "Dismiss" }],
    });
    // Nothing is asked of the server before a push is shown, nor because of it.
    assert.deepEqual(phone.site.calls, []);
  }));

Deno.test("P22 a newer push of the same tag replaces the older one, another tag stands beside it", () =>
  onPhone(async (phone) => {
    await phone.push(payload());
    await phone.push(payload({ title: "Ann again" }));
    await phone.push(payload({ title: "Ben", tag: "message:d_2" }));
    await phone.waitFor("Ann again", "Ben");
  }));

Deno.test("P21 whatever a push holds, something sensible is shown that leads to this site", () =>
  onPhone(async (phone) => {
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
      await phone.push(data);
      let shown: Shown[] = [];
      await until(async () => {
        shown = await phone.shown();
        return shown.length > 0;
      }, `something for ${data}`);
      assert.equal(shown[0]?.title, title, data);
      if (body !== "") assert.equal(shown[0]?.body, body, data);
      assert.equal(shown[0]?.data.navigate, `${phone.site.origin}/notifications`, data);
      assert.equal(shown[0]?.data.dismiss, null, data);
      await phone.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        for (const one of await registration.getNotifications()) one.close();
      });
      await phone.waitFor();
    }
  }));

Deno.test("P23 dismiss closes it, tells the server and opens nothing", () =>
  onPhone(async (phone) => {
    await phone.push(payload({ dismiss: "/api/notifications/n1/read" }));
    await phone.waitFor("Ann");
    await phone.click("Ann", "dismiss");
    await phone.waitFor();
    await until(() => phone.site.calls.length === 1, "the server is told");
    assert.deepEqual(phone.site.calls, [
      { method: "PUT", path: "/api/notifications/n1/read", body: "" },
    ]);
    assert.equal(new URL(phone.page.url()).pathname, "/chat");
    assert.equal(phone.context.pages().length, 1);
  }));

for (const [name, action] of [["body", ""], ["view", "view"]] as const) {
  Deno.test(`P23 a click on ${name} leads the open window there and counts as read`, () =>
    onPhone(async (phone) => {
      await phone.push(payload());
      await phone.waitFor("Ann");
      await phone.click("Ann", action);
      await phone.page.waitForURL("**/chat/d_1");
      await phone.waitFor();
      assert.equal(phone.context.pages().length, 1);
      assert.equal(phone.site.calls[0]?.path, "/api/messages/read/d_1");
    }));
}

Deno.test("P23 a click never leads to another site, and the API is the only thing told", () =>
  onPhone(async (phone) => {
    const evil = JSON.parse(payload({ title: "Evil" }));
    evil.notification.navigate = "https://evil.example/";
    evil.notification.data.dismiss = "https://evil.example/api/x";
    await phone.push(JSON.stringify(evil));
    await phone.waitFor("Evil");
    await phone.click("Evil", "");
    await phone.page.waitForURL("**/notifications");
    assert.equal(new URL(phone.page.url()).origin, phone.site.origin);
    assert.deepEqual(phone.site.calls, []);
  }));

Deno.test("P25 a push closes what was read elsewhere, and so does the page", () =>
  onPhone(async (phone) => {
    for (const tag of ["message:a", "message:b", "notification:c"]) {
      await phone.push(payload({ title: tag, tag }));
    }
    await phone.waitFor("message:a", "message:b", "notification:c");
    await phone.push(payload({ title: "new", tag: "message:d" }, ["message:a", "unknown"]));
    await phone.waitFor("message:b", "notification:c", "new");
    await phone.page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage({ type: "close", tags: ["notification:c"] });
      active?.postMessage({ type: "close", tags: "message:b" });
      active?.postMessage(null);
    });
    await phone.waitFor("message:b", "new");
  }));

Deno.test("P25 the app badge is what the push says", () =>
  onPhone(async (phone) => {
    await phone.worker.evaluate(() => {
      const scope = globalThis as unknown as { badges: (number | null)[] };
      scope.badges = [];
      Object.assign(navigator, {
        setAppBadge: (count: number) => Promise.resolve(void scope.badges.push(count)),
        clearAppBadge: () => Promise.resolve(void scope.badges.push(null)),
      });
    });
    await phone.push(payload({}, [], 3));
    await phone.push(payload({ tag: "message:d_2" }, [], 0));
    await until(
      async () =>
        await phone.worker.evaluate(() =>
          (globalThis as unknown as { badges: unknown[] }).badges.length === 2
        ),
      "both badges are set",
    );
    assert.deepEqual(
      await phone.worker.evaluate(() => (globalThis as unknown as { badges: unknown[] }).badges),
      [3, null],
    );
  }));

Deno.test("P16 a subscription that changed is told to the server, the old one taken away", () =>
  onPhone(async (phone) => {
    phone.site.answers.set("GET /api/notifications/vapid-key", { publicKey: "the-key" });
    await phone.worker.evaluate(() => {
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
    await until(() => phone.site.calls.length === 3, "the server is told");
    assert.deepEqual(phone.site.calls.map(({ method, body }) => [method, body]), [
      ["GET", ""],
      ["POST", '{"endpoint":"https://push.example/the-key","keys":{}}'],
      ["DELETE", '{"endpoint":"https://push.example/old"}'],
    ]);
  }));
