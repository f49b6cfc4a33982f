import assert from "node:assert/strict";
import { preferencesBody } from "./preferences_schema.ts";
import { FOR_EVER, isForEver } from "./mute.ts";

Deno.test("a mute without an end is a time that the contract takes", () => {
  const mutedConversations = [{ conversationId: "r_1", until: FOR_EVER }];
  assert.equal(preferencesBody.safeParse({ mutedConversations }).success, true);
  assert.equal(new Date(Date.parse(FOR_EVER)).toISOString(), FOR_EVER);
  assert.equal(isForEver(FOR_EVER), true);
  assert.equal(isForEver("2026-01-05T09:00:00.000Z"), false);
});
