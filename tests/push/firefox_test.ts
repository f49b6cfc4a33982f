import assert from "node:assert/strict";
// @ts-types="@types/web-push"
import webpush from "web-push";
import { openStore } from "../../lib/kv/store.ts";
import { createPush } from "../../lib/push/mod.ts";
import { systemClock } from "../../lib/shared/clock.ts";
import { silentLogger } from "../../lib/shared/logger.ts";
import type { PushSubscriptionBody } from "../../lib/shared/notification_schema.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { Firefox } from "./marionette.ts";
import { PushFixture } from "./push_fixture.ts";
import { WorkerSite } from "./worker_site.ts";

/** Firefox waits a while before it comes back to a push service that hung up. */
const RETURN_MS = 90_000;
const SUBSCRIBE = `
  const ready = await navigator.serviceWorker.ready;
  const subscription = await ready.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: arguments[0],
  });
  return JSON.parse(JSON.stringify(subscription));`;

function startFirefox(fixture: PushFixture): Promise<Firefox> {
  return Firefox.start({
    "dom.push.serverURL": fixture.browserUrl,
    "dom.push.testing.allowInsecureServerURL": true,
    "dom.push.connection.enabled": true,
    "dom.push.retryBaseInterval": 200,
    "permissions.default.desktop-notification": 1,
    "alerts.useSystemBackend": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "app.update.disabledForTesting": true,
    "browser.shell.checkDefaultBrowser": false,
  });
}

Deno.test("P5 P20 P23 Firefox decrypts a real push with its tab closed, shows it, and a click opens the page", async () => {
  await using site = new WorkerSite();
  await using fixture = new PushFixture();
  await using firefox = await startFirefox(fixture);
  const store = await openStore({ kind: "memory" });
  const keys = webpush.generateVAPIDKeys();
  const push = createPush({
    store,
    clock: systemClock,
    config: {
      appName: "SkillLink",
      appOrigin: site.origin,
      pushGraceMs: 0,
      pushAllowedOrigins: [fixture.origin],
    },
    vapid: { ...keys, subject: "mailto:ops@example.org" },
    log: silentLogger,
  });
  push.registerSource("notification", {
    recipients: (job) =>
      Promise.resolve({
        recipients: [{
          userId: "ann",
          content: {
            title: "Zoë 👋",
            body: "Your assignment was graded: “very good”",
            navigate: "/courses/3",
            tag: "notification:n1",
            urgency: "high",
            timestamp: job.createdAt,
            badge: 1,
            dismiss: "/api/notifications/n1/read",
          },
        }],
        suppressed: [],
        next: null,
      }),
  });
  try {
    await firefox.goTo(`${site.origin}/settings`);
    const subscription = await firefox.inPage<PushSubscriptionBody>(SUBSCRIBE, keys.publicKey);
    assert.ok(subscription.endpoint.startsWith(fixture.origin));
    const userAgent = await firefox.inPage<string>("return navigator.userAgent;");
    await push.subscribe("ann", subscription, { userAgent, address: "::1" });
    assert.equal((await push.listDevices("ann"))[0]?.name, "Firefox on Linux");
    await firefox.goTo("about:blank");

    push.start();
    const now = Date.now();
    const row = push.jobRow({
      id: "n1",
      source: "notification",
      reference: null,
      dueAt: push.dueAt(),
      createdAt: now,
    });
    await store.kv.set(row.key, row.value);
    await until(() => fixture.channels.acks.length > 0, "Firefox takes the push");
    assert.equal(fixture.channels.acks[0]?.code, 100);

    // The alert is a window of the browser's own: what it shows, then a true click on it.
    let alert: string[] = [];
    await until(
      async () => {
        alert = await firefox.inBrowser<string[]>(`
        const alert = Services.wm.getMostRecentWindow("alert:alert");
        const box = alert?.document.getElementById("alertBox");
        if (!box) return [];
        const text = (id) => alert.document.getElementById(id)?.textContent ||
          alert.document.getElementById(id)?.value || "";
        return [text("alertTitleLabel"), text("alertTextLabel")];`);
        return alert.length > 0 && alert[0] !== "";
      },
      "the alert is shown",
    );
    assert.deepEqual(alert, ["Zoë 👋", "Your assignment was graded: “very good”"]);
    await firefox.inBrowser(`
      Services.wm.getMostRecentWindow("alert:alert").document.getElementById("alertBox").click();`);
    const opened = () =>
      firefox.inBrowser<string[]>(`
        return [...Services.wm.getEnumerator("navigator:browser")]
          .flatMap((window) => window.gBrowser.tabs.map((tab) => tab.linkedBrowser.currentURI.spec));`);
    await until(
      async () => (await opened()).includes(`${site.origin}/courses/3`),
      "the page is opened",
    );
    await until(() => site.calls.length > 0, "the server is told that it was read");
    assert.deepEqual(site.calls, [
      { method: "PUT", path: "/api/notifications/n1/read", body: "" },
    ]);
    const outcome = async () => (await push.listDevices("ann"))[0]?.lastOutcome?.result;
    await until(async () => await outcome() !== undefined, "the outcome is stored");
    assert.equal(await outcome(), "sent");
  } finally {
    await push.close();
    store.close();
  }
});

Deno.test("P16 Firefox, forgotten by its push service, subscribes again and tells the server", async () => {
  await using site = new WorkerSite();
  await using fixture = new PushFixture();
  await using firefox = await startFirefox(fixture);
  const { publicKey } = webpush.generateVAPIDKeys();
  site.answers.set("GET /api/notifications/vapid-key", { publicKey });
  await firefox.goTo(`${site.origin}/settings`);
  const old = await firefox.inPage<PushSubscriptionBody>(SUBSCRIBE, publicKey);
  fixture.channels.forget();
  const told = (method: string) => site.calls.find((call) => call.method === method);
  await until(() => told("DELETE") !== undefined, "the server is told", RETURN_MS);
  const fresh: PushSubscriptionBody = JSON.parse(told("POST")?.body ?? "");
  assert.equal(told("POST")?.path, "/api/notifications/subscribe");
  assert.notEqual(fresh.endpoint, old.endpoint);
  assert.ok(fresh.endpoint.startsWith(fixture.origin));
  assert.deepEqual(JSON.parse(told("DELETE")?.body ?? ""), { endpoint: old.endpoint });
});
