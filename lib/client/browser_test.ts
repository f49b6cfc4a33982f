import assert from "node:assert/strict";
import { newId } from "./browser.ts";

Deno.test("ids of messages are UUIDs of version 7, in order of time, and none comes twice", () => {
  const at = Date.UTC(2026, 0, 5);
  const ids = Array.from({ length: 1000 }, (_, ms) => newId(at + ms));
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const id of ids) assert.match(id, uuid);
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(Number.parseInt(ids[0]!.replaceAll("-", "").slice(0, 12), 16), at);
  assert.equal(new Set(Array.from({ length: 1000 }, () => newId(at))).size, 1000);
});
