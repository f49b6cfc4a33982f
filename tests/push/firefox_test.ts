import assert from "node:assert/strict";
// @ts-types="@types/web-push"
import webpush from "web-push";
import { openStore } from "../../lib/kv/store.ts";
import { createPush } from "../../lib/push/mod.ts";
import { keys as rows } from "../../lib/kv/keys.ts";
import { systemClock } from "../../lib/shared/clock.ts";
import { silentLogger } from "../../lib/shared/logger.ts";
import type { PushSubscriptionBody } from "../../lib/shared/notification_schema.ts";
import { createFakeClock, until } from "../../lib/testing/fake_clock.ts";
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

Deno.test("P7 P8 P9 P10 P11 P12 P15 P18 Firefox's own subscription: other keys, and whatever the vendor answers", async () => {
  const clock = createFakeClock(Date.now());
  await using site = new WorkerSite();
  await using fixture = new PushFixture(clock.now);
  await using firefox = await startFirefox(fixture);
  const store = await openStore({ kind: "memory" });
  const [first, second] = [webpush.generateVAPIDKeys(), webpush.generateVAPIDKeys()];
  const caller = { userAgent: "", address: "::1" };
  let underWay = 0;
  const counted = async (url: string, init: RequestInit) => {
    underWay++;
    try {
      return await fetch(url, init);
    } finally {
      underWay--;
    }
  };
  /** The time stands still while an answer is waited for, however long the machine takes. */
  const pass = () => underWay === 0 ? clock.advance(1000) : Promise.resolve();
  const open = (vapid: typeof first) => {
    const push = createPush({
      store,
      clock,
      config: {
        appName: "SkillLink",
        appOrigin: site.origin,
        pushGraceMs: 0,
        pushAllowedOrigins: [fixture.origin],
      },
      vapid: { ...vapid, subject: "mailto:ops@example.org" },
      log: silentLogger,
      random: () => 0,
      fetch: counted,
    });
    push.registerSource("notification", {
      recipients: (job) =>
        Promise.resolve({
          recipients: [{
            userId: "ann",
            content: {
              title: "Retried",
              body: "",
              navigate: "/",
              tag: job.id,
              urgency: "high",
              timestamp: job.createdAt,
              badge: 0,
            },
          }],
          suppressed: [],
          next: null,
        }),
    });
    return push;
  };
  const idOf = ({ endpoint }: PushSubscriptionBody) => endpoint.split("/").at(-1) ?? "";
  const { acks } = fixture.channels;
  const delivered = () => acks.filter(({ code }) => code === 100).length;
  let push = open(first);
  /** What becomes of a test push; the time moves on, or it would be the same push again. */
  const test = async () => {
    await clock.advance(1);
    return (await push.test("ann"))[0]?.outcome;
  };
  try {
    await store.kv.set(rows.secret("vapid"), first);
    await firefox.goTo(`${site.origin}/settings`);
    const old = await firefox.inPage<PushSubscriptionBody>(SUBSCRIBE, first.publicKey);
    await push.subscribe("ann", old, caller);
    assert.equal((await test())?.result, "sent");
    await until(() => delivered() === 1, "Firefox reads what the first key signed");

    // P18: the key of now is another one, and the one of before still reaches the browser.
    await push.close();
    push = open(second);
    assert.equal((await push.listDevices("ann"))[0]?.currentKey, false);
    assert.equal((await test())?.result, "sent");
    await until(() => delivered() === 2, "Firefox still reads what the first key signed");

    // P15: the browser refuses another key until the old subscription is gone.
    await assert.rejects(
      firefox.inPage(SUBSCRIBE, second.publicKey),
      /InvalidStateError|different applicationServerKey/,
    );
    assert.equal(
      await firefox.inPage(`
        const ready = await navigator.serviceWorker.ready;
        return await (await ready.pushManager.getSubscription()).unsubscribe();`),
      true,
    );
    const subscription = await firefox.inPage<PushSubscriptionBody>(SUBSCRIBE, second.publicKey);
    assert.notEqual(subscription.endpoint, old.endpoint);
    await until(() => !fixture.channels.has(idOf(old)), "the push service forgets the old one");
    assert.equal((await test())?.result, "gone");
    await push.subscribe("ann", subscription, caller);
    const id = idOf(subscription);

    // What the vendor may answer, each to a push that the browser could have read.
    const answers: [Parameters<PushFixture["answer"]>[1], string, number | null][] = [
      [{ status: 413 }, "refused", 413],
      [{ status: 307, headers: { location: "http://10.0.0.1/push" } }, "refused", 307],
      [{ status: 500 }, "failed", 500],
      [{ status: 429, headers: { "retry-after": "60" } }, "failed", 429],
    ];
    for (const [answer, result, status] of answers) {
      fixture.answer(id, answer);
      const outcome = await test();
      assert.deepEqual([outcome?.result, outcome?.status], [result, status]);
    }
    fixture.answer(id, "timeout");
    const before = fixture.received.length;
    const slow = test();
    await fixture.waitFor(before + 1);
    await clock.advance(10_000);
    assert.equal((await slow)?.result, "failed");

    // P11 P12: both forms of Retry-After are kept to, and then the browser gets it after all.
    const start = clock.now();
    const date = new Date(start + 300_000).toUTCString();
    fixture.answer(
      id,
      { status: 429, headers: { "retry-after": "120" } },
      { status: 429, headers: { "retry-after": date } },
      { status: 500 },
    );
    const job = { id: "n1", source: "notification", reference: null } as const;
    const row = push.jobRow({ ...job, dueAt: push.dueAt(), createdAt: start });
    await store.kv.set(row.key, row.value);
    push.start();
    const tried = fixture.received.length;
    for (const [nth, notBefore] of [[1, 0], [2, 120_000], [3, 299_000]] as const) {
      await until(async () => {
        await pass();
        return fixture.received.length >= tried + nth;
      }, `try ${nth}`);
      assert.ok(
        clock.now() - start >= notBefore,
        `try ${nth} came ${clock.now() - start} ms after`,
      );
    }
    await until(async () => {
      await pass();
      return delivered() === 3;
    }, "Firefox gets the push that was tried again");

    for (const status of [404, 410]) {
      await push.subscribe("ann", subscription, caller);
      fixture.answer(id, { status });
      assert.equal((await test())?.result, "gone");
      assert.deepEqual(await push.listDevices("ann"), []);
    }
    assert.equal(acks.length, delivered(), "nothing that came was unreadable");
  } finally {
    await push.close();
    store.close();
  }
});
