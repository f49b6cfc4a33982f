/** Numbers of several runs. */

/** The `q`-quantile of ascending `sorted` values (nearest rank); NaN of none. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

/** Least, middle and greatest of some runs. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

/** The spread of `values`. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? NaN, median: quantile(sorted, 0.5), max: sorted.at(-1) ?? NaN };
}

/** A spread as cells of a table. */
export function cells({ min, median, max }: Spread, digits = 0): string[] {
  return [min, median, max].map((value) => format(value, digits));
}

/** A number with thousands apart. */
export function format(value: number, digits = 0): string {
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
