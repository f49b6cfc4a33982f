import assert from "node:assert/strict";
import { allTimeZones, dayNames, ownTimeZone, week } from "./time_zones.ts";

Deno.test("days are named by their number, Sunday 0, and a week has each once", () => {
  assert.deepEqual(week.map((day) => dayNames("en")[day]?.long), [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
  ]);
  assert.equal(dayNames("de")[0]?.long, "Sonntag");
});

Deno.test("zones: all known ones and those named, each once, in order", () => {
  const zones = allTimeZones("Asia/Calcutta", "Europe/Berlin", ownTimeZone());
  assert.ok(zones.includes("Asia/Calcutta") && zones.includes(ownTimeZone()));
  assert.equal(zones.filter((name) => name === "Europe/Berlin").length, 1);
  assert.deepEqual(zones, zones.toSorted());
});
