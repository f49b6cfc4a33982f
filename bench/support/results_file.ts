/** What was measured last, by part: kept as JSON, and written into the documentation on demand. */
import { drawCurve } from "./curve_svg.ts";
import { partSection, replaceBetween, type Results, summaryTable } from "./report.ts";

const root = new URL("../../", import.meta.url);
const folder = new URL("bench/data/", root);
const file = new URL("results.json", folder);

/** Everything that has been kept, in the order of `names`. */
export async function readResults(names: readonly string[]): Promise<Results> {
  let kept: Results = {};
  try {
    kept = JSON.parse(await Deno.readTextFile(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return Object.fromEntries(names.flatMap((name) => kept[name] ? [[name, kept[name]]] : []));
}

/** Keeps `results`, in which the latest of each part are. */
export async function keepResults(results: Results): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(file, JSON.stringify(results, null, 2));
}

/** Puts tables and curves where the documentation has its marks. */
export async function writeDocs(results: Results): Promise<void> {
  const performance = new URL("docs/performance.md", root);
  const readme = new URL("README.md", root);
  let text = await Deno.readTextFile(performance);
  for (const [name, result] of Object.entries(results)) {
    text = replaceBetween(text, name, partSection(result));
    for (const curve of result.part.curves ?? []) {
      await Deno.writeTextFile(new URL(`docs/img/${curve.file}`, root), drawCurve(curve));
    }
  }
  await Deno.writeTextFile(performance, text);
  const old = await Deno.readTextFile(readme);
  await Deno.writeTextFile(readme, replaceBetween(old, "summary", summaryTable(results)));
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", performance.pathname, readme.pathname],
    cwd: root.pathname,
  }).output();
}
