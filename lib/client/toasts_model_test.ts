import assert from "node:assert/strict";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createToasts } from "./toasts_model.ts";

function world() {
  const clock = createFakeClock();
  const toasts = createToasts(clock);
  const show = (text: string) => toasts.show({ kind: "text", text });
  const shown = () => toasts.items.peek().map((t) => t.kind === "text" && t.text);
  return { clock, toasts, show, shown };
}

Deno.test("three at most, the newest last, each for 6 s", async () => {
  const { clock, show, shown } = world();
  show("1");
  await clock.advance(1000);
  ["2", "3", "4"].forEach(show);
  assert.deepEqual(shown(), ["2", "3", "4"]);
  await clock.advance(5999);
  assert.equal(shown().length, 3);
  await clock.advance(1);
  assert.deepEqual(shown(), []);
});

Deno.test("none goes away while somebody is at them, each can be closed", async () => {
  const { clock, toasts, show, shown } = world();
  show("1");
  toasts.paused.value = true;
  show("2");
  await clock.advance(60_000);
  assert.deepEqual(shown(), ["1", "2"]);
  toasts.close(toasts.items.peek()[0]?.id ?? -1);
  toasts.close(999);
  assert.deepEqual(shown(), ["2"]);
  toasts.paused.value = false;
  await clock.advance(6000);
  assert.deepEqual(shown(), []);
});
