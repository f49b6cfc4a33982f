/** Dates, times and numbers in words, by `Intl`; the same on the server and in the browser. */

/** For whom something is written. */
export interface Format {
  /** BCP 47. */
  locale: string;
  /** IANA name. */
  timeZone: string;
}

const cache = new Map<string, Intl.DateTimeFormat>();
const CACHE_MAX = 200;

function dates(format: Format, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${format.locale}|${format.timeZone}|${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known) return known;
  if (cache.size >= CACHE_MAX) cache.clear();
  const made = new Intl.DateTimeFormat(format.locale, { timeZone: format.timeZone, ...options });
  cache.set(key, made);
  return made;
}

// Engines differ in the kind of space before "PM", and a changed one would show on hydration.
const oneSpace = (text: string) => text.replaceAll(/\s/g, "\u00a0");

/** "14:05", "2:05 PM". */
export function clockTime(format: Format, at: number): string {
  return oneSpace(dates(format, { timeStyle: "short" }).format(at));
}

/** "Monday, 24 November 2025 at 14:05": what a time's title and screen readers say. */
export function fullTime(format: Format, at: number): string {
  const date = dates(format, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return `${date.format(at)}, ${clockTime(format, at)}`;
}

/** Days since the epoch where the reader is: equal for two moments of one day. */
export function dayNumber(format: Format, at: number): number {
  const parts = dates({ ...format, locale: "en-u-ca-gregory-nu-latn" }, {
    year: "numeric",
    month: "numeric",
    day: "numeric",
  }).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(value("year"), value("month") - 1, value("day")) / 86_400_000;
}

/** "Today", "Yesterday", "Monday" within a week, "12 June", "12 June 2024" in another year. */
export function dayLabel(format: Format, at: number, now: number): string {
  const days = dayNumber(format, now) - dayNumber(format, at);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(format.locale, { numeric: "auto" }).format(
      -days,
      "day",
    );
    return word.charAt(0).toLocaleUpperCase(format.locale) + word.slice(1);
  }
  if (days > 1 && days < 7) return dates(format, { weekday: "long" }).format(at);
  const year = dates(format, { year: "numeric" });
  return year.format(at) === year.format(now)
    ? dates(format, { day: "numeric", month: "long" }).format(at)
    : dates(format, { day: "numeric", month: "long", year: "numeric" }).format(at);
}

/** The time in a conversation's row: a clock today, a weekday within a week, else a short date. */
export function listTime(format: Format, at: number, now: number): string {
  const days = dayNumber(format, now) - dayNumber(format, at);
  if (days <= 0) return clockTime(format, at);
  if (days < 7) return dates(format, { weekday: "short" }).format(at);
  return days < 300
    ? dates(format, { day: "numeric", month: "short" }).format(at)
    : dates(format, { day: "2-digit", month: "2-digit", year: "2-digit" }).format(at);
}

/** "now", "3 min ago", "2 hr ago", "yesterday", then a date. */
export function relativeTime(format: Format, at: number, now: number): string {
  const words = new Intl.RelativeTimeFormat(format.locale, { numeric: "auto", style: "short" });
  const minutes = Math.round((now - at) / 60_000);
  if (minutes < 1) return words.format(0, "second");
  if (minutes < 60) return words.format(-minutes, "minute");
  if (minutes < 24 * 60) return words.format(-Math.round(minutes / 60), "hour");
  const days = dayNumber(format, now) - dayNumber(format, at);
  if (days < 7) return words.format(-days, "day");
  return listTime(format, at, now);
}

/** A name inside of a sentence, whichever way each of them runs (Unicode UAX #9: FSI … PDI). */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

/** "99+" past ninety-nine. */
export function countLabel(locale: string, count: number): string {
  return count > 99 ? `${number(locale, 99)}+` : number(locale, count);
}

/** A number with its language's digits and separators. */
export function number(locale: string, value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}
