/**
 * "Why am I not getting notifications?" and the devices of a person, in the open product. Chromium
 * has no push service here, so the subscription is made by the page; what takes its pushes is a
 * server of this test.
 */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { until } from "../../lib/testing/fake_clock.ts";
import type { Device } from "../../lib/shared/notification_schema.ts";
import { screenshot, sizes, untilStill } from "../support/browser.ts";
import { openPage } from "../support/chat_page.ts";
import { browserSuite, type World } from "../support/suite.ts";

let answer = 201;
const service = Deno.serve(
  { port: 0, hostname: "127.0.0.1", onListen() {} },
  () => new Response(null, { status: answer }),
);
const serviceOrigin = `http://127.0.0.1:${service.addr.port}`;
Deno.test.afterAll(() => service.shutdown());

const { test } = browserSuite({ env: { PUSH_ALLOWED_ORIGINS: serviceOrigin } });

/** Makes this browser able to subscribe, at the push service of this test. */
async function subscribing(context: BrowserContext): Promise<void> {
  await context.addInitScript((origin) => {
    let made: PushSubscription | null = null;
    PushManager.prototype.getSubscription = () => Promise.resolve(made);
    PushManager.prototype.subscribe = async (options) => {
      const pair = await crypto.subtle.generateKey(
        { name: "ECDH", namedCurve: "P-256" },
        true,
        ["deriveBits"],
      );
      const base64url = (bytes: ArrayBuffer) =>
        btoa(String.fromCharCode(...new Uint8Array(bytes)))
          .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      const endpoint = `${origin}/${crypto.randomUUID()}`;
      const p256dh = base64url(await crypto.subtle.exportKey("raw", pair.publicKey));
      const auth = base64url(crypto.getRandomValues(new Uint8Array(16)).buffer);
      const key = options?.applicationServerKey;
      made = {
        endpoint,
        options: { applicationServerKey: key instanceof Uint8Array ? key.buffer : key },
        toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
        unsubscribe: () => Promise.resolve(true),
      } as unknown as PushSubscription;
      return made;
    };
  }, serviceOrigin);
}

const doctorOf = (page: Page) =>
  page.getByRole("region", { name: "Why am I not getting notifications?" });

async function check(page: Page): Promise<void> {
  await doctorOf(page).getByRole("button", { name: /^Check/ }).click();
  await doctorOf(page).getByText(/Nothing is wrong here|problems? found/).waitFor();
}

const stepOf = (page: Page, step: string) =>
  doctorOf(page).getByRole("listitem").filter({ hasText: step });

async function shoot(page: Page, name: string, id: string): Promise<void> {
  for (const size of ["desktop", "phone"] as const) {
    await page.setViewportSize(sizes[size]);
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(id).evaluate((element) => element.scrollIntoView());
      await screenshot(page, `${name}-${size}-${theme}`);
    }
  }
  await page.setViewportSize(sizes.desktop);
  await page.emulateMedia({ colorScheme: "light" });
}

async function withPush(world: World, name: string) {
  const ann = await world.person(name, { permissions: ["notifications"] });
  await subscribing(ann.context);
  await openPage(ann.page, "/settings");
  await ann.page.locator('[data-push="off"]').getByRole("button", { name: "Turn on" }).click();
  await ann.page.locator('[data-push="on"]').waitFor();
  const devices = () => world.call<Device[]>(ann.token, "GET", "/api/notifications/devices");
  return { ...ann, devices };
}

test("P26 a browser that says no: the step is named, with what to do", async (world) => {
  const ann = await world.person("Ann Denied");
  await openPage(ann.page, "/settings");
  await ann.page.locator('[data-push="denied"]').waitFor();
  await check(ann.page);
  await doctorOf(ann.page).getByText("1 problem found.").waitFor();
  const step = stepOf(ann.page, "This browser lets this site notify you");
  await step.getByText("set Notifications to “Allow”").waitFor();
  await stepOf(ann.page, "This browser has subscribed").getByText("Not checked").waitFor();
  await shoot(ann.page, "doctor-denied", "#doctor");
});

test("P26 allowed, and not subscribed", async (world) => {
  const ann = await world.person("Ann Off", { permissions: ["notifications"] });
  await openPage(ann.page, "/settings");
  await ann.page.locator('[data-push="off"]').waitFor();
  await check(ann.page);
  await stepOf(ann.page, "The part that receives pushes is running").getByText("Fine").waitFor();
  await stepOf(ann.page, "This browser has subscribed").getByText("Turn push").waitFor();
});

test("P26 nothing is wrong, then a device is off, then the vendor refuses: each is said", async (world) => {
  answer = 201;
  const { page, devices } = await withPush(world, "Ann Works");
  await check(page);
  await doctorOf(page).getByText("Nothing is wrong here.").waitFor();
  await doctorOf(page).getByRole("button", { name: "Send a test push" }).click();
  await doctorOf(page).getByText("Sent. It should show within a moment.").waitFor();
  await shoot(page, "doctor-fine", "#doctor");

  // Off for this device, by its switch.
  const list = page.getByRole("region", { name: "Push notifications" });
  await list.getByRole("switch").click();
  await list.getByText("Turned off: nothing is pushed here").waitFor();
  await until(async () => (await devices())[0]?.enabled === false, "the server has it");
  await check(page);
  await stepOf(page, "The server knows this device").getByText("Turn this device on").waitFor();
  await shoot(page, "devices-off", "#devices");
  await list.getByRole("switch").click();
  await until(async () => (await devices())[0]?.enabled === true, "on again");

  answer = 403;
  await doctorOf(page).getByRole("button", { name: "Send a test push" }).click();
  await doctorOf(page).getByText("The push service refused it.").first().waitFor();
});

test("what one has chosen is told as a note", async (world) => {
  const ann = await world.person("Ann Chose");
  await world.call(ann.token, "PUT", "/api/notifications/preferences", {
    categories: { grades: { push: false } },
    quietHours: { timeZone: "UTC", days: [0, 1, 2, 3, 4, 5, 6], from: "00:00", to: "00:00" },
  });
  await openPage(ann.page, "/settings");
  await check(ann.page);
  await stepOf(ann.page, "What you let be pushed").getByText("Not pushed, as you chose: Grades.")
    .waitFor();
  await stepOf(ann.page, "Quiet hours").getByText("It is quiet until").waitFor();
});

test("contents are kept out of pushes by a switch", async (world) => {
  const ann = await world.person("Ann Hides");
  await openPage(ann.page, "/settings");
  await ann.page.getByRole("switch", { name: "Keep contents out of pushes" }).click();
  await until(async () => {
    const { hideContent } = await world.call<{ hideContent: { on: boolean } }>(
      ann.token,
      "GET",
      "/api/notifications/preferences",
    );
    return hideContent.on;
  }, "the server has it");
});

test("at 320 pixels, and at 200 %, nothing of the settings runs out of its page", async (world) => {
  answer = 201;
  const { page } = await withPush(world, "Ann Narrow");
  await page.getByRole("switch", { name: "Quiet hours" }).click();
  await page.getByLabel("Time zone").waitFor();
  await check(page);
  // Half of a desktop window is what 200 % leaves of it (WCAG 2.2, 1.4.4).
  for (const size of [sizes.narrow, { width: 720, height: 450 }]) {
    await page.setViewportSize(size);
    await untilStill(page);
    const wide = await page.locator("main *").evaluateAll((elements) => {
      const isHidden = (element: Element) => getComputedStyle(element).clipPath !== "none";
      return elements.filter((element) =>
        !isHidden(element) && element.getBoundingClientRect().right > innerWidth + 0.5
      ).map((element) => element.outerHTML.slice(0, 120));
    });
    assert.deepEqual(wide, [], `${size.width} pixels`);
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
      false,
    );
  }
  await page.setViewportSize(sizes.narrow);
  await page.locator("#notifications").evaluate((element) => element.scrollIntoView());
  await screenshot(page, "settings-notifications-narrow-light");
});

test("on a phone every control of the settings is 44 pixels high", async (world) => {
  answer = 201;
  const desk = await withPush(world, "Ann Touch");
  const { page } = await world.device(desk, { size: "phone" });
  await openPage(page, "/settings");
  await page.getByRole("switch", { name: "Quiet hours" }).tap();
  await page.getByLabel("Time zone").waitFor();
  const small = await page.locator("#notifications, #devices, #doctor").evaluateAll((cards) =>
    cards.flatMap((card) =>
      [...card.querySelectorAll("button, input, select")].flatMap((control) => {
        const { height } = (control.closest("label") ?? control).getBoundingClientRect();
        return height >= 44 ? [] : [`${height} px: ${control.outerHTML.slice(0, 120)}`];
      })
    )
  );
  assert.deepEqual(small, []);
});
