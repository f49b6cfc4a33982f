import assert from "node:assert/strict";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createDraftKeeper } from "./draft_keeper.ts";

function world() {
  const clock = createFakeClock();
  const typed: string[] = [];
  const saved: string[] = [];
  const keeper = createDraftKeeper(clock, {
    typed: (text) => void typed.push(text),
    save: (text) => void saved.push(text),
  });
  return { clock, typed, saved, keeper };
}

Deno.test("a draft is written once, a moment after the last key", async () => {
  const { clock, typed, saved, keeper } = world();
  keeper.text.value = "a";
  await clock.advance(200);
  keeper.text.value = "ab";
  await clock.advance(200);
  assert.deepEqual(saved, []);
  await clock.advance(100);
  assert.deepEqual(saved, ["ab"]);
  assert.deepEqual(typed, ["a", "ab"]);
  await clock.advance(1000);
  assert.deepEqual(saved, ["ab"]);
});

Deno.test("a page that is left writes at once, and only what waits", async () => {
  const { clock, saved, keeper } = world();
  keeper.saveNow();
  assert.deepEqual(saved, []);
  keeper.text.value = "a";
  keeper.saveNow();
  assert.deepEqual(saved, ["a"]);
  await clock.advance(1000);
  assert.deepEqual(saved, ["a"]);
});

Deno.test("what was kept comes back without a key, unless something is typed already", async () => {
  const { clock, typed, saved, keeper } = world();
  keeper.restore("kept");
  assert.equal(keeper.text.peek(), "kept");
  await clock.advance(1000);
  assert.deepEqual([typed, saved], [[], []]);
  keeper.restore("older");
  assert.equal(keeper.text.peek(), "kept");
  keeper.text.value = "";
  assert.deepEqual(typed, [""]);
});
