/** Compiles `styles/app.css` to `static/styles.css` and copies the fonts that it names. */
import { compile, optimize } from "@tailwindcss/node";
import { Scanner } from "@tailwindcss/oxide";
import { dirname, join } from "node:path";

const FONT = /\/fonts\/(inter-[\w-]+\.woff2)/g;

/** What a compile needs to know. */
export interface StyleOptions {
  /** The project's folder. */
  root: string;
  minify: boolean;
}

/**
 * Writes `static/styles.css` and `static/fonts/*.woff2`; leaves files alone that need no change, so
 * that watchers and caches stay quiet. Throws what Tailwind says of a sheet that can't be compiled.
 */
export async function buildStyles({ root, minify }: StyleOptions): Promise<void> {
  const input = join(root, "styles", "app.css");
  const compiler = await compile(await Deno.readTextFile(input), {
    base: dirname(input),
    // The watcher looks at the whole folder.
    onDependency: () => {},
    shouldRewriteUrls: false,
  });
  const scanned = compiler.root === "none"
    ? []
    : [{ ...(compiler.root ?? { base: root, pattern: "**/*" }), negated: false }];
  const scanner = new Scanner({ sources: [...scanned, ...compiler.sources] });
  const css = compiler.build(scanner.scan());
  const output = minify ? optimize(css, { file: "styles.css", minify: true }).code : css;

  const fonts = new Set([...output.matchAll(FONT)].map((match) => match[1] ?? ""));
  for (const font of fonts) await copyFont(root, font);
  const bytes = new TextEncoder().encode(output);
  await writeIfChanged(join(root, "static", "styles.css"), bytes);
}

async function copyFont(root: string, name: string): Promise<void> {
  const from = join(root, "node_modules", "@fontsource-variable", "inter", "files", name);
  await writeIfChanged(join(root, "static", "fonts", name), await Deno.readFile(from));
}

async function writeIfChanged(path: string, bytes: Uint8Array): Promise<void> {
  const old = await Deno.readFile(path).catch(() => null);
  if (old && old.length === bytes.length && old.every((byte, i) => byte === bytes[i])) return;
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, bytes);
}
