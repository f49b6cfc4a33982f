/**
 * Sets of whole numbers as ascending, disjoint, inclusive ranges: `[from, to, from, to, …]`. What
 * somebody has read is almost always a few ranges, so a set is small whatever it holds. Pure.
 */

/** `[from, to, from, to, …]`; neighbours are merged. */
export type IntervalSet = readonly number[];

export const EMPTY: IntervalSet = [];

/** Index of the range that holds `value` or lies before it; -1 when there is none. */
function rangeAt(set: IntervalSet, value: number): number {
  let low = 0;
  let high = set.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle * 2] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function has(set: IntervalSet, value: number): boolean {
  const range = rangeAt(set, value);
  return range >= 0 && value <= (set[range * 2 + 1] ?? -Infinity);
}

/** How many numbers lie in `from` to `to`, both included. */
export function sizeWithin(set: IntervalSet, from: number, to: number): number {
  let size = 0;
  for (let i = Math.max(0, rangeAt(set, from)) * 2; i < set.length; i += 2) {
    const [first = 0, last = 0] = [set[i], set[i + 1]];
    if (first > to) break;
    size += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
  }
  return size;
}

/** The set with `from` to `to` as well. */
export function add(set: IntervalSet, from: number, to: number): IntervalSet {
  if (from > to) return set;
  const result: number[] = [];
  let [first, last] = [from, to];
  let placed = false;
  for (let i = 0; i < set.length; i += 2) {
    const [low = 0, high = 0] = [set[i], set[i + 1]];
    if (high < first - 1) result.push(low, high);
    else if (low > last + 1) {
      if (!placed) result.push(first, last);
      placed = true;
      result.push(low, high);
    } else [first, last] = [Math.min(first, low), Math.max(last, high)];
  }
  if (!placed) result.push(first, last);
  return result;
}

/** The largest number of the set that is at most `value`; null when there is none. */
export function lastIn(set: IntervalSet, value: number): number | null {
  const range = rangeAt(set, value);
  return range < 0 ? null : Math.min(value, set[range * 2 + 1] ?? value);
}

/** The largest number that is at most `value`, above `floor` and not in the set; or null. */
export function lastOutside(set: IntervalSet, value: number, floor: number): number | null {
  let candidate = value;
  if (has(set, candidate)) candidate = (set[rangeAt(set, candidate) * 2] ?? 0) - 1;
  return candidate > floor ? candidate : null;
}

/** The set with at most `ranges` ranges: the oldest gaps are filled. */
export function limitRanges(set: IntervalSet, ranges: number): IntervalSet {
  const tooMany = set.length / 2 - ranges;
  if (tooMany <= 0) return set;
  return [set[0] ?? 0, ...set.slice(tooMany * 2 + 1)];
}
