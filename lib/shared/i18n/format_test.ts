import { deepEqual, equal, notEqual } from "node:assert/strict";
import {
  clockTime,
  countLabel,
  dayLabel,
  dayNumber,
  fullTime,
  listTime,
  relativeTime,
} from "./format.ts";

const berlin = { locale: "de", timeZone: "Europe/Berlin" };
const utc = { locale: "en", timeZone: "UTC" };
const now = Date.parse("2025-11-24T12:00:00Z");
const at = (text: string) => Date.parse(text);

Deno.test("a clock shows the reader's time", () => {
  equal(clockTime(berlin, at("2025-11-24T13:05:00Z")), "14:05");
  equal(clockTime(utc, at("2025-11-24T13:05:00Z")), "1:05\u00a0PM");
  equal(clockTime({ ...utc, locale: "en-GB" }, at("2025-11-24T00:05:00Z")), "00:05");
});

Deno.test("day labels", () => {
  deepEqual(
    [
      "2025-11-24T01:00:00Z",
      "2025-11-23T23:30:00Z",
      "2025-11-20T12:00:00Z",
      "2025-06-12T12:00:00Z",
      "2024-06-12T12:00:00Z",
    ].map((time) => dayLabel(utc, at(time), now)),
    ["Today", "Yesterday", "Thursday", "June 12", "June 12, 2024"],
  );
  equal(dayLabel(berlin, at("2025-11-23T12:00:00Z"), now), "Gestern");
});

Deno.test("days are the reader's, not UTC's", () => {
  const late = at("2025-11-23T23:30:00Z");
  equal(dayNumber(berlin, late), dayNumber(berlin, now));
  notEqual(dayNumber(utc, late), dayNumber(utc, now));
});

Deno.test("times in the list get coarser with age", () => {
  deepEqual(
    ["2025-11-24T09:00:00Z", "2025-11-22T09:00:00Z", "2025-10-02T09:00:00Z", "2023-10-02T09:00:00Z"]
      .map((time) => listTime(utc, at(time), now)),
    ["9:00\u00a0AM", "Sat", "Oct 2", "10/02/23"],
  );
});

Deno.test("relative times", () => {
  const ago = (minutes: number) => relativeTime(utc, now - minutes * 60_000, now);
  deepEqual([0, 3, 125, 60 * 30, 60 * 24 * 3].map(ago), [
    "now",
    "3 min. ago",
    "2 hr. ago",
    "yesterday",
    "3 days ago",
  ]);
});

Deno.test("a screen reader hears the full date", () => {
  equal(fullTime(berlin, now), "Montag, 24. November 2025, 13:00");
});

Deno.test("counts stop at ninety-nine", () => {
  deepEqual([1, 99, 100, 5000].map((count) => countLabel("en", count)), ["1", "99", "99+", "99+"]);
});
