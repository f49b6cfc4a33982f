import assert from "node:assert/strict";
import { createFakeBrowser, Refusal } from "../testing/fake_browser.ts";
import { createFakeClock, settle } from "../testing/fake_clock.ts";
import { FakeNetwork } from "../testing/fake_socket.ts";
import { createApi } from "./api.ts";
import type { BrowserSubscription, PushBrowser, PushSupport } from "./push_browser.ts";
import { createPush } from "./push_client.ts";

const KEY = "BAECAwQ";
const keyBytes = new Uint8Array([4, 1, 2, 3, 4]);

function world(notes: Record<string, string> = {}) {
  const clock = createFakeClock();
  const rest = createFakeBrowser(new FakeNetwork(), { clock });
  const api = createApi({ fetch: rest.fetch, clock });
  const told: string[] = [];
  rest.routes["POST /api/notifications/subscribe"] = ({ body }) => {
    told.push(`+${(body as { endpoint: string }).endpoint}`);
    return { data: { deviceId: "device-1" } };
  };
  rest.routes["DELETE /api/notifications/subscribe"] = ({ body }) => {
    told.push(`-${(body as { endpoint: string }).endpoint}`);
    return undefined;
  };
  const fake = {
    support: "yes" as PushSupport,
    permission: "default" as NotificationPermission,
    answer: "granted" as NotificationPermission,
    asked: 0,
    registered: 0,
    made: 0,
    current: null as BrowserSubscription | null,
    hangs: false,
    permissionChanged: () => {},
  };
  function subscription(endpoint: string, key: Uint8Array | null): BrowserSubscription {
    return {
      endpoint,
      key,
      toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
      unsubscribe() {
        fake.current = null;
        return Promise.resolve(true);
      },
    };
  }
  const browser: PushBrowser = {
    support: () => fake.support,
    permission: () => fake.permission,
    ask() {
      fake.asked++;
      fake.permission = fake.answer;
      return Promise.resolve(fake.answer);
    },
    onPermission: (listener) => void (fake.permissionChanged = listener),
    register: () => Promise.resolve(void fake.registered++),
    subscription: () => Promise.resolve(fake.current),
    subscribe(key) {
      if (fake.hangs) return new Promise(() => {});
      // What a browser answers when the key differs.
      if (fake.current) return Promise.reject(new DOMException("", "InvalidStateError"));
      fake.current = subscription(`https://push.example/${++fake.made}`, key);
      return Promise.resolve(fake.current);
    },
    recall: (name) => notes[name] ?? null,
    note(name, value) {
      if (value === null) delete notes[name];
      else notes[name] = value;
    },
  };
  const push = (vapidKey: string | null = KEY) =>
    createPush({ browser, api, clock, vapidKey, userId: "ann" });
  return { clock, rest, told, fake, notes, push, subscription };
}

Deno.test("P26 a page load never asks, but registers the worker", async () => {
  const { fake, push } = world();
  const model = push();
  assert.deepEqual(model.state.peek(), { kind: "unknown" });
  await model.start();
  assert.deepEqual(model.state.peek(), { kind: "off" });
  assert.deepEqual([fake.asked, fake.registered, fake.made], [0, 1, 0]);
});

Deno.test("P26 unsupported, needs installing, denied", async () => {
  for (
    const [support, permission, expected] of [
      ["no", "default", "unsupported"],
      ["needs_install", "default", "needs_install"],
      ["yes", "denied", "denied"],
    ] as const
  ) {
    const { fake, push } = world();
    fake.support = support;
    fake.permission = permission;
    const model = push();
    await model.start();
    assert.equal(model.state.peek().kind, expected);
  }
  const { push } = world();
  const model = push(null);
  await model.start();
  assert.equal(model.state.peek().kind, "unsupported");
});

Deno.test("P26 on the click: asks, subscribes with the server's key, tells the server", async () => {
  const { fake, told, push } = world();
  const model = push();
  await model.start();
  model.enable();
  assert.equal(model.state.peek().kind, "asking");
  await settle();
  assert.deepEqual(model.state.peek(), { kind: "on", deviceId: "device-1" });
  assert.deepEqual(fake.current?.key, keyBytes);
  assert.deepEqual(told, ["+https://push.example/1"]);
});

Deno.test("P26 a no is kept to; a question that was closed leaves it off", async () => {
  for (const [answer, expected] of [["denied", "denied"], ["default", "off"]] as const) {
    const { fake, told, push } = world();
    fake.answer = answer;
    const model = push();
    await model.start();
    model.enable();
    await settle();
    assert.equal(model.state.peek().kind, expected);
    assert.deepEqual(told, []);
  }
});

Deno.test("P15 a subscription of the server's key is told again on load", async () => {
  const { fake, told, push, subscription } = world({ "skilllink-push": "ann" });
  fake.permission = "granted";
  fake.current = subscription("https://push.example/old", keyBytes);
  const model = push();
  await model.start();
  assert.equal(model.state.peek().kind, "on");
  assert.deepEqual(told, ["+https://push.example/old"]);
});

Deno.test("P15 a subscription of another key is dropped first, then made anew", async () => {
  const { fake, told, push, subscription } = world({ "skilllink-push": "ann" });
  fake.permission = "granted";
  fake.current = subscription("https://push.example/old", new Uint8Array([4, 9]));
  const model = push();
  await model.start();
  assert.equal(model.state.peek().kind, "on");
  assert.deepEqual(told, ["+https://push.example/1"]);
});

Deno.test("a subscription that went away needs to be made anew, by a click", async () => {
  const { fake, told, push } = world({ "skilllink-push": "ann" });
  fake.permission = "granted";
  const model = push();
  await model.start();
  assert.equal(model.state.peek().kind, "needs_resubscribe");
  assert.deepEqual(told, []);
  model.enable();
  await settle();
  assert.equal(model.state.peek().kind, "on");
});

Deno.test("what somebody else left behind on this machine is not shown to the next person", async () => {
  const { fake, told, push, subscription } = world({ "skilllink-push": "ben" });
  fake.permission = "granted";
  fake.current = subscription("https://push.example/ben", keyBytes);
  const model = push();
  await model.start();
  assert.equal(model.state.peek().kind, "off");
  assert.equal(fake.current, null);
  assert.deepEqual(told, []);
});

Deno.test("off: the browser forgets first, then the server", async () => {
  const { fake, told, push } = world();
  const model = push();
  await model.start();
  model.enable();
  await settle();
  model.disable();
  await settle();
  assert.equal(model.state.peek().kind, "off");
  assert.equal(fake.current, null);
  assert.deepEqual(told, ["+https://push.example/1", "-https://push.example/1"]);
});

Deno.test("signing out drops what is this person's here, also before its state is known", async () => {
  const { fake, told, notes, push, subscription } = world({ "skilllink-push": "ann" });
  fake.current = subscription("https://push.example/old", keyBytes);
  await push().leave();
  assert.equal(fake.current, null);
  assert.deepEqual(told, ["-https://push.example/old"]);
  assert.equal(notes["skilllink-push"], undefined);
});

Deno.test("signing out leaves alone what is somebody else's, and waits 3 s for a browser at most", async () => {
  const other = world({ "skilllink-push": "ben" });
  other.fake.current = other.subscription("https://push.example/ben", keyBytes);
  await other.push().leave();
  assert.deepEqual([other.fake.current?.endpoint, other.told], ["https://push.example/ben", []]);
  const { clock, fake, push, subscription } = world({ "skilllink-push": "ann" });
  const stuck = subscription("https://push.example/old", keyBytes);
  fake.current = { ...stuck, unsubscribe: () => new Promise(() => {}) };
  const left = push().leave();
  await settle();
  await clock.advance(3000);
  await left;
});

Deno.test("a push service that never answers is given up after 20 s, a server that refuses is said", async () => {
  const slow = world();
  slow.fake.hangs = true;
  const model = slow.push();
  await model.start();
  model.enable();
  await settle();
  await slow.clock.advance(20_000);
  const timedOut = model.state.peek();
  assert.equal(timedOut.kind === "failed" && timedOut.failure.code, "timeout");

  const refused = world();
  refused.rest.routes["POST /api/notifications/subscribe"] = () => {
    throw new Refusal("invalid", 400);
  };
  const other = refused.push();
  await other.start();
  other.enable();
  await settle();
  const state = other.state.peek();
  assert.ok(state.kind === "failed" && state.failure.requestId === "request-1");
});

Deno.test("a permission that is changed in the browser's settings is noticed", async () => {
  const { fake, push } = world();
  const model = push();
  await model.start();
  fake.permission = "denied";
  fake.permissionChanged();
  await settle();
  assert.equal(model.state.peek().kind, "denied");
});

Deno.test("the soft prompt stays away for 30 days after `not now`", async () => {
  const { clock, notes, push } = world();
  const model = push();
  assert.equal(model.suggest.peek(), false);
  await model.start();
  assert.equal(model.suggest.peek(), true);
  model.dismiss();
  assert.equal(model.suggest.peek(), false);
  const next = push();
  await next.start();
  assert.equal(next.suggest.peek(), false);
  notes["skilllink-push-later"] = String(clock.now() - 1);
  const later = push();
  await later.start();
  assert.equal(later.suggest.peek(), true);
});
