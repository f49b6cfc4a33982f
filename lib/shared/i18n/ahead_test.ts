import assert from "node:assert/strict";
import { aheadTime } from "./ahead.ts";

const now = Date.parse("2026-01-05T20:00:00Z");
const berlin = { locale: "en-GB", timeZone: "Europe/Berlin" };
const ahead = (iso: string, format = berlin) => aheadTime(format, Date.parse(iso), now);

Deno.test("what is to come is named as coarsely as it is far", () => {
  assert.equal(ahead("2026-01-05T22:30:00Z"), "23:30");
  assert.equal(ahead("2026-01-05T23:30:00Z"), "tomorrow, 00:30");
  assert.equal(ahead("2026-01-08T07:00:00Z"), "Thursday, 08:00");
  assert.equal(ahead("2026-06-05T07:00:00Z"), "5 June 2026, 09:00");
});

Deno.test("in the reader's language and time zone", () => {
  const german = { locale: "de-DE", timeZone: "UTC" };
  assert.equal(ahead("2026-01-06T07:00:00Z", german), "morgen, 07:00");
});
