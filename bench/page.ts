/** What a page costs beyond the rendering of its components: `fresh/render_bench.tsx`, as a part. */
import type { BenchOptions, Part } from "./support/part.ts";

const root = new URL("../", import.meta.url).pathname;

/** Milliseconds beyond rendering. */
export async function measurePage({ runs }: BenchOptions): Promise<Part> {
  const overhead: number[] = [];
  const rendering: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", "deno.json", "fresh/render_bench.tsx"],
      cwd: root,
      stderr: "inherit",
    }).output();
    const text = new TextDecoder().decode(stdout);
    overhead.push(read(text, /costs (-?[\d.]+) ms more/));
    rendering.push(read(text, /renderToString alone\s+([\d.]+)/));
  }
  return {
    title: "A page",
    how: "Routing, context, response and all else that a request for a page of fifty rows costs " +
      "beyond `renderToString` of the same page, in the same process and in turns with it.",
    figures: [
      { name: "beyond rendering, ms", values: overhead, digits: 3, goal: "≤ 0.3" },
      { name: "rendering alone, ms", values: rendering, digits: 3 },
    ],
  };
}

function read(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`fresh/render_bench.tsx printed no ${pattern}`);
  return Number(found);
}
