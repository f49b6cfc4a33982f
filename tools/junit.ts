/** Reads what became of the tests out of the report that `deno test --junit-path` writes. */
import { type Failure, firstWords } from "./failures.ts";

/** How many tests there were. */
export interface Counts {
  passed: number;
  failed: number;
  ignored: number;
}

/** The counts, and each test that failed. */
export interface Report extends Counts {
  failures: Failure[];
}

/** What a report says; null when there is none. */
export async function readJunit(path: string): Promise<Report | null> {
  try {
    return parseJunit(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Counts the tests of a report. A step is part of its test: it fails when the step does. The step
 * says why, so it stands among the failures and its test, which says only that, does not.
 */
export function parseJunit(xml: string): Report {
  const report: Report = { passed: 0, failed: 0, ignored: 0, failures: [] };
  for (const [, file = "", suite = ""] of xml.matchAll(SUITE)) {
    const cases = [...suite.matchAll(CASE)].map(([, name = "", body = ""]) => ({ name, body }));
    const names = new Set(cases.map(({ name }) => name));
    for (const { name, body } of cases) {
      const [, text = ""] = /<(?:failure|error)\b[^>]*>([^]*?)<\/(?:failure|error)>/.exec(body) ??
        [];
      const reason = plain(text);
      if (reason !== "" && !/^\d+ test steps? failed\.?$/.test(reason)) {
        report.failures.push({ file: plain(file), name: plain(name), reason: firstWords(reason) });
      }
      if (isStep(name, names)) continue;
      if (/<failure|<error/.test(body)) report.failed++;
      else if (body.includes("<skipped")) report.ignored++;
      else report.passed++;
    }
  }
  return report;
}

const SUITE = /<testsuite\s+name="([^"]*)"[^>]*>([^]*?)<\/testsuite>/g;
const CASE = /<testcase name="([^"]*)"[^>]*>([^]*?)<\/testcase>/g;

/** A step is named `test > step`; the test itself may hold that sign too. */
function isStep(name: string, names: ReadonlySet<string>): boolean {
  const parts = name.split(" &gt; ");
  return parts.some((_, index) => index > 0 && names.has(parts.slice(0, index).join(" &gt; ")));
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};

function plain(xml: string): string {
  return xml.replaceAll(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all).trim();
}
