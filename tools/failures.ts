/** Failed tests, told briefly enough to stand at the end of a long record. */

/** A test that failed. */
export interface Failure {
  /** As the test runner names it: `./lib/x_test.ts`. */
  file: string;
  name: string;
  /** Why, in one line. */
  reason: string;
}

const LINE_MAX = 240;
// deno-lint-ignore no-control-regex -- colours begin with a control character
const COLOURS = /\u001b\[[\d;]*m/g;

/** The beginning of an error in one line: its lines up to the source and the stack, one after the other. */
export function firstWords(error: string): string {
  const lines = error.replaceAll(COLOURS, "").split("\n").map((line) => line.trim());
  const end = lines.findIndex((line) => /^at (\S+ \(|\S+:\d)|^Deno\.test\(|^\^+$/.test(line));
  const said = (end <= 0 ? lines : lines.slice(0, end)).filter((line) => line !== "");
  return clip(said.join(" | "));
}

/**
 * Errors that belong to no test: a module that did not load, or one that threw while nobody waited.
 * The report of the tests leaves them out; what the runner prints has them.
 */
export function uncaughtErrors(output: string): Failure[] {
  const text = output.replaceAll(COLOURS, "");
  return [...text.matchAll(/^(\S+) \(uncaught error\)\r?\nerror: ([^]*?)(?:\n\n|$)/gm)]
    .map(([, file = "", error = ""]) => ({
      file,
      name: "(outside of its tests)",
      reason: firstWords(error),
    }));
}

/** Two lines for each failure, the first beginning with `failed: `; past `most` their number. */
export function failureLines(failures: readonly Failure[], most: number): string[] {
  const lines = failures.slice(0, most)
    .flatMap(({ file, name, reason }) => [clip(`failed: ${name} (${file})`), `  ${reason}`]);
  const more = failures.length - most;
  return more > 0 ? [...lines, `failed: ${more} more`] : lines;
}

function clip(line: string): string {
  return line.length > LINE_MAX ? `${line.slice(0, LINE_MAX - 1)}…` : line;
}
