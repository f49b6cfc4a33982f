import assert from "node:assert/strict";
import { createFakeClock } from "../testing/fake_clock.ts";
import { createReadMarker } from "./read_marker.ts";

/** A marker, what it told, and a connection that a test holds in its hand. */
function world() {
  const clock = createFakeClock();
  const told: number[] = [];
  const state = { position: 0, isUp: true };
  const marker = createReadMarker(clock, () => state.position, (upTo) => {
    if (state.isUp) told.push(upTo);
    return state.isUp;
  });
  const read = (upTo: number) => {
    state.position = upTo;
    marker.moved();
  };
  return { clock, told, state, marker, read };
}

Deno.test("a mark is told at once, then at most twice a second, and never in vain", async () => {
  const { clock, told, marker, read } = world();
  for (const seq of [1, 2, 3]) read(seq);
  assert.deepEqual(told, [1]);
  await clock.advance(500);
  assert.deepEqual(told, [1, 3]);
  marker.confirmed(3);
  await clock.advance(600_000);
  assert.deepEqual(told, [1, 3]);
});

Deno.test("R7 what was read without a connection, or lost with one, is told by the next", async () => {
  const { clock, told, state, marker, read } = world();
  read(1);
  marker.lost();
  state.isUp = false;
  await clock.advance(500);
  read(2);
  state.isUp = true;
  marker.online();
  assert.deepEqual(told, [1, 2]);
});

Deno.test("R7 a mark that the server could not keep is told again, a few times", async () => {
  const { clock, told, marker, read } = world();
  read(7);
  await clock.advance(20_000);
  assert.deepEqual(told, [7, 7]);
  marker.confirmed(7);
  await clock.advance(600_000);
  assert.deepEqual(told, [7, 7]);
  read(8);
  await clock.advance(600_000);
  assert.deepEqual(told, [7, 7, 8, 8, 8, 8, 8]);
  assert.equal(clock.waiting, 0);
});
