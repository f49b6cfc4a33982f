/** Days of the week and time zones by their names. */

/** As weeks begin in most places: Monday 1 … Saturday 6, Sunday 0. */
export const week: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

/** By number of the day, Sunday first. */
export function dayNames(locale: string): { short: string; long: string }[] {
  const name = (weekday: "short" | "long", day: number) =>
    // 4 January 1970 was a Sunday.
    new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" })
      .format(Date.UTC(1970, 0, 4 + day));
  return Array.from({ length: 7 }, (_, day) => ({
    short: name("short", day),
    long: name("long", day),
  }));
}

/** Where the browser is; on the server, where the server is. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** All that the browser knows, and those named, which it may know by another name. */
export function allTimeZones(...named: string[]): string[] {
  const known = Intl.supportedValuesOf?.("timeZone") ?? [];
  return [...new Set([...known, ...named])].sort();
}
