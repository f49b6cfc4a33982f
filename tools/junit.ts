/** Reads the counts out of the report that `deno test --junit-path` writes. */

/** What became of the tests. */
export interface Counts {
  passed: number;
  failed: number;
  ignored: number;
}

/** The counts of a report; null when there is none. */
export async function readJunit(path: string): Promise<Counts | null> {
  try {
    return countJunit(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Counts the tests of a report. A step is part of its test: it fails when the step does. */
export function countJunit(xml: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, ignored: 0 };
  for (const [, suite = ""] of xml.matchAll(/<testsuite\s[^>]*>([^]*?)<\/testsuite>/g)) {
    const cases = [...suite.matchAll(/<testcase name="([^"]*)"[^>]*>([^]*?)<\/testcase>/g)]
      .map(([, name = "", body = ""]) => ({ name, body }));
    const names = new Set(cases.map(({ name }) => name));
    for (const { name, body } of cases) {
      if (isStep(name, names)) continue;
      if (/<failure|<error/.test(body)) counts.failed++;
      else if (body.includes("<skipped")) counts.ignored++;
      else counts.passed++;
    }
  }
  return counts;
}

/** A step is named `test > step`; the test itself may hold that sign too. */
function isStep(name: string, names: ReadonlySet<string>): boolean {
  const parts = name.split(" &gt; ");
  return parts.some((_, index) => index > 0 && names.has(parts.slice(0, index).join(" &gt; ")));
}
