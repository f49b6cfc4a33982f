import assert from "node:assert/strict";
import { CONVERSATION_SHARDS } from "./keys.ts";
import { shardOf } from "./shard.ts";

Deno.test("shard: stays the same for ever", () => {
  // Written down: another value would leave stored conversations in a log that nobody reads.
  assert.deepEqual(["d_a", "d_b", "r_1", ""].map(shardOf), [2, 1, 6, 7]);
});

Deno.test("shard: spreads conversations evenly", () => {
  const counts = new Array(CONVERSATION_SHARDS).fill(0);
  for (let i = 0; i < 9000; i++) counts[shardOf(`d_${i.toString(36)}`)]++;
  assert.ok(Math.min(...counts) > 800 && Math.max(...counts) < 1200, counts.join(" "));
});
