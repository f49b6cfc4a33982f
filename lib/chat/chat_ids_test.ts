import assert from "node:assert/strict";
import { idSchema } from "../shared/basics.ts";
import {
  directIdOf,
  isConversationId,
  messageIdOf,
  newRoomId,
  parseMessageId,
} from "./chat_ids.ts";

Deno.test("a direct conversation has one id, whoever asks, and no two pairs share it", () => {
  assert.equal(directIdOf("ada", "bo"), directIdOf("bo", "ada"));
  assert.notEqual(directIdOf("a", "da"), directIdOf("ad", "a"));
  assert.ok(isConversationId(directIdOf("ada", "bo")));
  assert.ok(isConversationId(newRoomId()));
});

Deno.test("a message id says where the message is, and is an id", () => {
  const conversationId = directIdOf("ada", "bo");
  const id = messageIdOf(conversationId, 12);
  assert.equal(idSchema.parse(id), id);
  assert.deepEqual(parseMessageId(id), { conversationId, seq: 12 });
});

Deno.test("what has not the form of an id names nothing", () => {
  const id = directIdOf("ada", "bo");
  for (const bad of ["", "x", id, `${id}.0`, `${id}.01`, `${id}.1.2`, `${id}.-1`, `x${id}.1`]) {
    assert.equal(parseMessageId(bad), null, bad);
  }
  assert.equal(isConversationId("d_short"), false);
  assert.equal(isConversationId(`${id}x`), false);
});
