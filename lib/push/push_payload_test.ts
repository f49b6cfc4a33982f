import assert from "node:assert/strict";
import fc from "fast-check";
import { buildPayload, CLOSE_MAX, navigateTo, PAYLOAD_MAX_BYTES, shorten } from "./push_payload.ts";
import { topicOf } from "./push_request.ts";
import type { PushContent } from "./types.ts";

const content: PushContent = {
  title: "Ann",
  body: "See you at nine",
  navigate: "/chat/d_1",
  tag: "d_1",
  urgency: "high",
  timestamp: 1_767_603_600_000,
  badge: 1,
};
const context = { appOrigin: "https://chat.example.org", badge: 3, close: [] };
const bytes = (text: string) => new TextEncoder().encode(text).length;

Deno.test("P24 the payload has the declarative shape, and the worker's own data inside it", () => {
  const payload = JSON.parse(
    buildPayload({ ...content, dismiss: "/api/notifications/u1/read" }, {
      ...context,
      close: ["d_2"],
    }),
  );
  assert.deepEqual(payload, {
    web_push: 8030,
    notification: {
      title: "Ann",
      body: "See you at nine",
      navigate: "https://chat.example.org/chat/d_1",
      tag: "d_1",
      renotify: true,
      timestamp: 1_767_603_600_000,
      dir: "auto",
      icon: "/icons/icon-192.png",
      badge: "/icons/badge-96.png",
      data: { version: 1, dismiss: "/api/notifications/u1/read", close: ["d_2"] },
    },
    app_badge: 3,
  });
});

Deno.test("P23 a push leads to this site only", () => {
  const origin = "https://chat.example.org";
  const cases: [string, string][] = [
    ["/chat/d_1?x=1#y", "https://chat.example.org/chat/d_1?x=1#y"],
    ["https://chat.example.org/a", "https://chat.example.org/a"],
    ["https://evil.example/a", "https://chat.example.org/notifications"],
    ["//evil.example/a", "https://chat.example.org/notifications"],
    ["/\\evil.example/a", "https://chat.example.org/notifications"],
    ["javascript:alert(1)", "https://chat.example.org/notifications"],
    ["http://chat.example.org/a", "https://chat.example.org/notifications"],
    ["/" + "a".repeat(2000), "https://chat.example.org/notifications"],
  ];
  for (const [link, expected] of cases) assert.equal(navigateTo(link, origin), expected, link);
  assert.equal(navigateTo("/chat/d_1", null), "/chat/d_1");
  assert.equal(navigateTo("https://chat.example.org/a", null), "/notifications");
});

Deno.test("P4 a payload never exceeds 3,993 bytes, keeps its title and is never dropped", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 6000, size: "max" }),
    fc.string({ unit: "grapheme", maxLength: 6000, size: "max" }),
    fc.constantFrom(
      "👨‍👩‍👧‍👦".repeat(900),
      "\u0000".repeat(5000),
      "\ud800".repeat(5000),
      "ä".repeat(4000),
    ),
  );
  fc.assert(
    fc.property(
      texts,
      texts,
      fc.array(fc.string({ maxLength: 130 }), { maxLength: 40 }),
      (title, body, close) => {
        const payload = buildPayload({ ...content, title, body }, { ...context, close });
        const read = JSON.parse(payload);
        assert.ok(bytes(payload) <= PAYLOAD_MAX_BYTES);
        assert.equal(read.web_push, 8030);
        assert.ok(read.notification.data.close.length <= CLOSE_MAX);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("P4 text is cut where one character ends and the next begins", () => {
  const family = "👨‍👩‍👧‍👦";
  for (let room = 1; room < 55; room++) {
    const cut = shorten(family.repeat(5), (text) => text.length <= room);
    assert.equal(cut.replaceAll(family, ""), "…", `cut at ${room}`);
  }
  assert.equal(shorten("abc", () => true), "abc");
  assert.equal(shorten("one two three", (text) => text.length <= 8), "one two…");
});

Deno.test("P4 a long body fills the room that there is", () => {
  const payload = buildPayload({ ...content, body: "wörter ".repeat(700) }, context);
  assert.ok(bytes(payload) > PAYLOAD_MAX_BYTES - 20);
  assert.match(JSON.parse(payload).notification.body, /…$/);
});

Deno.test("P20 P24 a push without content holds no word, link or id of what it is about", () => {
  const secret = {
    ...content,
    title: "Zacharias",
    body: "The password is 123",
    navigate: "/chat/d_777",
    tag: "message:d_777",
    dismiss: "/api/messages/read/d_777",
  };
  const text = buildPayload(secret, { ...context, close: ["message:d_778"], hidden: "message" });
  assert.doesNotMatch(text, /Zacharias|password|d_77|dismiss":"/);
  const { notification, app_badge } = JSON.parse(text);
  assert.equal(notification.title, "New message");
  assert.equal(notification.body, "");
  assert.equal(notification.navigate, "https://chat.example.org/chat");
  // The same for the same tag, so that a newer one replaces it (P22), and it can be closed (P25).
  assert.equal(notification.tag, topicOf("message:d_777"));
  assert.deepEqual(notification.data, {
    version: 1,
    dismiss: null,
    close: [topicOf("message:d_778")],
    hidden: "message",
  });
  assert.equal(app_badge, 3);
});
