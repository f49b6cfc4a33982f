import assert from "node:assert/strict";
import { MESSAGE_MAX_CHARS } from "./limits.ts";
import { historyQuery, sendMessageBody } from "./message_schema.ts";
import { notifyBody } from "./notification_schema.ts";
import { clientMessageSchema } from "./protocol.ts";

Deno.test("send: exactly one of receiverId and conversationId is named", () => {
  const content = "hello";
  assert.ok(sendMessageBody.safeParse({ receiverId: "u1", content }).success);
  assert.ok(sendMessageBody.safeParse({ conversationId: "d_1", content }).success);
  assert.ok(!sendMessageBody.safeParse({ content }).success);
  assert.ok(
    !sendMessageBody.safeParse({ receiverId: "u1", conversationId: "d_1", content }).success,
  );
});

Deno.test("send: content is trimmed and has 1 to 5,000 characters; other fields are refused", () => {
  const send = (content: string) => sendMessageBody.safeParse({ receiverId: "u1", content });
  assert.equal(send("  hi  ").data?.content, "hi");
  assert.ok(!send("   ").success);
  assert.ok(send("x".repeat(MESSAGE_MAX_CHARS)).success);
  assert.ok(!send("x".repeat(MESSAGE_MAX_CHARS + 1)).success);
  assert.ok(!sendMessageBody.safeParse({ receiverId: "u1", content: "x", senderId: "u2" }).success);
});

Deno.test("history: one cursor at most", () => {
  assert.deepEqual(historyQuery.parse({ before: "10" }), { limit: 50, before: 10 });
  assert.ok(!historyQuery.safeParse({ before: "10", after: "3" }).success);
  assert.ok(!historyQuery.safeParse({ limit: "201" }).success);
});

Deno.test("protocol: a message is one frame or an array of up to 100", () => {
  const ping = { type: "ping" };
  assert.deepEqual(clientMessageSchema.parse(ping), [ping]);
  assert.equal(clientMessageSchema.parse(Array(100).fill(ping)).length, 100);
  assert.ok(!clientMessageSchema.safeParse(Array(101).fill(ping)).success);
  assert.ok(!clientMessageSchema.safeParse([]).success);
  assert.ok(!clientMessageSchema.safeParse({ type: "shout" }).success);
});

Deno.test("notify: both forms, and links that stay on this site or are https", () => {
  const short = { userId: "u1", title: "Graded", message: "Your essay" };
  const good = ["/courses/1", "https://example.org/a"];
  const bad = [
    "//evil.example",
    "javascript:alert(1)",
    "http://example.org",
    "/\\evil.example",
    "/\u0000x",
  ];
  assert.ok(notifyBody.safeParse(short).success);
  assert.ok(
    notifyBody.safeParse({ to: { broadcast: true }, type: "news", title: "a", message: "b" })
      .success,
  );
  for (const link of good) assert.ok(notifyBody.safeParse({ ...short, link }).success, link);
  for (const link of bad) assert.ok(!notifyBody.safeParse({ ...short, link }).success, link);
});
