/** Parts as text: tables for the terminal, for `docs/performance.md` and for the README. */
import type { Part } from "./part.ts";
import { cells, spreadOf, table } from "./statistics.ts";

/** What is kept of a run of the bench, by part. */
export interface Results {
  [name: string]: { part: Part; machine: string; command: string; at: string };
}

/** The table of a part. */
export function partTable({ figures }: Part): string {
  const withGoals = figures.some(({ goal }) => goal !== undefined);
  return table(
    ["", "min", "median", "max", ...(withGoals ? ["goal"] : [])],
    figures.map(({ name, values, digits = 0, goal = "" }) => [
      name,
      ...cells(spreadOf(values), digits),
      ...(withGoals ? [goal] : []),
    ]),
  );
}

/** A part as it stands in the documentation, with how to get the same. */
export function partSection({ part, machine, command, at }: Results[string]): string {
  const pictures = (part.curves ?? []).map(({ file, title }) => `\n\n![${title}](img/${file})`);
  return `${part.how}\n\n${partTable(part)}${pictures.join("")}\n\n` +
    `\`${command}\`, ${at.slice(0, 10)}, ${machine}.`;
}

/** The README's table. */
export function summaryTable(results: Results): string {
  const rows = Object.values(results).flatMap(({ part }) => part.summary ?? []);
  return table(
    ["measured", "product", "relay"],
    rows.map(({ measured, product, relay }) => [measured, product, relay]),
  );
}

/** `text` with what stands between the markers `<!-- bench NAME -->` and `<!-- /bench -->` replaced. */
export function replaceBetween(text: string, name: string, content: string): string {
  const start = `<!-- bench ${name} -->`;
  const from = text.indexOf(start);
  if (from < 0) return text;
  const to = text.indexOf("<!-- /bench -->", from);
  if (to < 0) throw new Error(`The marker ${start} has no end`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}
