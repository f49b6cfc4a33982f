/** When somebody wants no push: pure, in their own time zone. */
import type { QuietHours } from "../shared/preferences_schema.ts";

/**
 * The end (ms) of the quiet time that `at` (ms) falls into; null when pushes may ring then. A quiet
 * time starts on each of `days` at `from` and lasts until the next `to`: a whole day where both are
 * the same. Its first millisecond is quiet, its end is not. A clock that jumps over `from` or `to`
 * (daylight saving) takes them at the later time, as calendars do (RFC 5545 §3.3.5).
 */
export function quietUntil(hours: QuietHours, at: number): number | null {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
  const ends = [-1, 0].flatMap((offset) => {
    const date = local.toPlainDate().add({ days: offset });
    // Temporal counts Monday 1 to Sunday 7, a preference Sunday 0 to Saturday 6.
    if (!hours.days.includes(date.dayOfWeek % 7)) return [];
    const start = instant(date, hours.from, hours.timeZone);
    const end = instant(
      hours.from < hours.to ? date : date.add({ days: 1 }),
      hours.to,
      hours.timeZone,
    );
    return start <= at && at < end ? [end] : [];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}

function instant(date: Temporal.PlainDate, time: string, timeZone: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
}
