import assert from "node:assert/strict";
import fc from "fast-check";
import { type QuietHours, quietHoursSchema } from "../shared/preferences_schema.ts";
import { quietUntil } from "./quiet_hours.ts";

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const NIGHT: QuietHours = {
  timeZone: "Europe/Berlin",
  days: EVERY_DAY,
  from: "22:00",
  to: "07:00",
};
const at = (text: string) => Date.parse(text);
const until = (hours: QuietHours, text: string) => {
  const end = quietUntil(hours, at(text));
  return end === null ? null : new Date(end).toISOString();
};

Deno.test("quietUntil: a night lasts past midnight, in its own time zone", () => {
  assert.equal(until(NIGHT, "2026-11-23T20:59:59.999Z"), null);
  assert.equal(until(NIGHT, "2026-11-23T21:00:00Z"), "2026-11-24T06:00:00.000Z");
  assert.equal(until(NIGHT, "2026-11-24T05:59:59.999Z"), "2026-11-24T06:00:00.000Z");
  assert.equal(until(NIGHT, "2026-11-24T06:00:00Z"), null);
  assert.equal(
    until({ ...NIGHT, timeZone: "Asia/Kolkata" }, "2026-11-23T21:00:00Z"),
    "2026-11-24T01:30:00.000Z",
  );
});

Deno.test("quietUntil: a day names the evening on which the night starts", () => {
  const friday = { ...NIGHT, days: [5] };
  assert.equal(until(friday, "2026-11-27T23:00:00Z"), "2026-11-28T06:00:00.000Z");
  assert.equal(until(friday, "2026-11-28T05:00:00Z"), "2026-11-28T06:00:00.000Z");
  assert.equal(until(friday, "2026-11-28T23:00:00Z"), null);
  assert.equal(until(friday, "2026-11-27T05:00:00Z"), null);
});

Deno.test("quietUntil: within one day, and a whole one", () => {
  const lesson = { ...NIGHT, from: "09:00", to: "12:30" };
  assert.equal(until(lesson, "2026-11-24T08:00:00Z"), "2026-11-24T11:30:00.000Z");
  assert.equal(until(lesson, "2026-11-24T11:30:00Z"), null);
  const sunday = { ...NIGHT, days: [0], from: "00:00", to: "00:00" };
  assert.equal(until(sunday, "2026-11-28T23:00:00Z"), "2026-11-29T23:00:00.000Z");
  assert.equal(until(sunday, "2026-11-28T22:59:59Z"), null);
});

Deno.test("quietUntil: the night of the change to summer time is an hour shorter, to winter time longer", () => {
  assert.equal(until(NIGHT, "2026-03-28T21:00:00Z"), "2026-03-29T05:00:00.000Z");
  assert.equal(until(NIGHT, "2026-10-24T20:00:00Z"), "2026-10-25T06:00:00.000Z");
  // 02:30 does not exist on the 29th of March: the night ends at 03:30.
  const early = { ...NIGHT, to: "02:30" };
  assert.equal(until(early, "2026-03-28T22:00:00Z"), "2026-03-29T01:30:00.000Z");
});

Deno.test("quietUntil: agrees with a search minute by minute", () => {
  const minutes = fc.integer({ min: 0, max: 1439 });
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  fc.assert(
    fc.property(
      fc.constantFrom("UTC", "Asia/Kathmandu", "America/Phoenix", "Pacific/Kiritimati"),
      fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      minutes,
      minutes,
      fc.integer({ min: 0, max: 14 * 24 * 60 }),
      (timeZone, days, from, to, minute) => {
        const hours = { timeZone, days, from: clock(from), to: clock(to) };
        const time = at("2026-06-01T00:00:00Z") + minute * 60_000;
        assert.equal(quietUntil(hours, time), searched(hours, time));
      },
    ),
    { numRuns: 100 },
  );
});

/** The same without any arithmetic on dates: zones here keep one offset all year. */
function searched(hours: QuietHours, time: number): number | null {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: hours.timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const read = (ms: number) => {
    const parts = Object.fromEntries(
      format.formatToParts(ms).map(({ type, value }) => [type, value]),
    );
    return { day: names.indexOf(parts.weekday ?? ""), time: `${parts.hour}:${parts.minute}` };
  };
  let latest: number | null = null;
  for (let back = 0; back < 24 * 60; back++) {
    const start = time - back * 60_000;
    const local = read(start);
    if (local.time !== hours.from || !hours.days.includes(local.day)) continue;
    let end = start + 60_000;
    while (read(end).time !== hours.to) end += 60_000;
    if (end > time && (latest === null || end > latest)) latest = end;
  }
  return latest;
}

Deno.test("quietHoursSchema: says what is wrong with a zone, a day, a time", () => {
  const issues = (value: unknown) =>
    quietHoursSchema.safeParse(value).error?.issues.map(({ path, message }) =>
      `${path.join(".")} ${message}`
    ) ?? [];
  assert.deepEqual(issues(NIGHT), []);
  assert.deepEqual(issues({ ...NIGHT, timeZone: "Mars/Olympus" }), [
    'timeZone must be a time zone such as "Europe/Berlin"',
  ]);
  assert.deepEqual(issues({ ...NIGHT, from: "24:00" }), ['from must be a time such as "22:00"']);
  assert.match(issues({ ...NIGHT, days: [] })[0] ?? "", /^days /);
  assert.match(issues({ ...NIGHT, days: [7] })[0] ?? "", /^days\.0 /);
});
