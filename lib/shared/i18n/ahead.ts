/** Moments that are still to come, in words. */
import { clockTime, dayNumber, type Format } from "./format.ts";

/** "14:05" today, "tomorrow, 08:00", "Monday, 08:00" within a week, else "12 June 2027, 08:00". */
export function aheadTime(format: Format, at: number, now: number): string {
  const days = dayNumber(format, at) - dayNumber(format, now);
  const time = clockTime(format, at);
  if (days <= 0) return time;
  const { locale, timeZone } = format;
  const day = days === 1
    ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(1, "day")
    : new Intl.DateTimeFormat(
      locale,
      days < 7 ? { weekday: "long", timeZone } : { dateStyle: "long", timeZone },
    ).format(at);
  return `${day}, ${time}`;
}
