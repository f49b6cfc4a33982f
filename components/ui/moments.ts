/** Moments that one puts something off to, by the clock of this browser. */

const HOUR_MS = 3_600_000;
const MORNING = 8;
const EVENING = 18;
/** Closer than this the evening is no choice of its own. */
const EVENING_MIN_MS = HOUR_MS;

/** In so many hours. */
export const inHours = (now: number, hours: number): number => now + hours * HOUR_MS;

/** Eight in the morning of the next day. */
export const tomorrowMorning = (now: number): number => at(now, 1, MORNING);

/** Six in the evening; null once that is near or over. */
export function thisEvening(now: number): number | null {
  const evening = at(now, 0, EVENING);
  return evening - now > EVENING_MIN_MS ? evening : null;
}

/** Eight in the morning of the next Monday that is not tomorrow's. */
export function nextWeek(now: number): number {
  const untilMonday = (8 - new Date(now).getDay()) % 7 || 7;
  return at(now, untilMonday === 1 ? 8 : untilMonday, MORNING);
}

/** Calendar days, which are not all of 24 hours. */
function at(now: number, days: number, hour: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, hour).getTime();
}
