import assert from "node:assert/strict";
import { inHours, nextWeek, thisEvening, tomorrowMorning } from "./moments.ts";

/** By the machine's clock, as the moments are. */
const local = (day: number, hour: number, minute = 0) =>
  // 5 January 2026 is a Monday.
  new Date(2026, 0, day, hour, minute).getTime();

Deno.test("an hour is an hour", () => {
  assert.equal(inHours(local(5, 10, 30), 1), local(5, 11, 30));
});

Deno.test("tomorrow is the next day of the calendar, also just after midnight", () => {
  assert.equal(tomorrowMorning(local(5, 23, 59)), local(6, 8));
  assert.equal(tomorrowMorning(local(6, 0, 1)), local(7, 8));
  assert.equal(tomorrowMorning(local(31, 12)), new Date(2026, 1, 1, 8).getTime());
});

Deno.test("this evening is no choice once it is near or over", () => {
  assert.equal(thisEvening(local(5, 10)), local(5, 18));
  assert.equal(thisEvening(local(5, 17, 30)), null);
  assert.equal(thisEvening(local(5, 20)), null);
});

Deno.test("next week is a Monday ahead, and never the same as tomorrow", () => {
  assert.equal(nextWeek(local(5, 10)), local(12, 8));
  assert.equal(nextWeek(local(7, 10)), local(12, 8));
  assert.equal(nextWeek(local(10, 10)), local(12, 8));
  assert.equal(nextWeek(local(11, 10)), local(19, 8));
});
