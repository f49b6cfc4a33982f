import { dirname, join, resolve } from "node:path";

/** Names that a project's `deno.json` gives to modules. */
export interface ImportMap {
  folder: string;
  imports: Record<string, string>;
}

/** Reads the nearest `deno.json` or `deno.jsonc` at or above a folder. Comments and last commas may be in it. */
export async function readImportMap(start: string): Promise<ImportMap> {
  for (let folder = resolve(start);; folder = dirname(folder)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const text = await readIfExists(join(folder, name));
      if (text === null) continue;
      const config = JSON.parse(stripComments(text)) as {
        imports?: Record<string, string>;
      };
      return { folder, imports: config.imports ?? {} };
    }
    if (dirname(folder) === folder) {
      return { folder: resolve(start), imports: {} };
    }
  }
}

async function readIfExists(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const STRING = String.raw`("(?:\\.|[^"\\])*")`;

function stripComments(text: string): string {
  return text
    .replace(
      new RegExp(String.raw`${STRING}|\/\/[^\n]*|\/\*[\s\S]*?\*\/`, "g"),
      "$1",
    )
    .replace(new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, "g"), "$1");
}

/** What a specifier stands for, or null if the map does not name it: its longest matching entry counts. */
export function mapSpecifier(
  { imports, folder }: ImportMap,
  specifier: string,
): string | null {
  const keys = Object.keys(imports)
    .filter((key) => key === specifier || (key.endsWith("/") && specifier.startsWith(key)))
    .sort((a, b) => b.length - a.length);
  const key = keys[0];
  if (key === undefined) {
    // Deno lets a name stand for the subpaths of an npm package as well.
    const name = packageName(specifier);
    const target = imports[name];
    return target?.startsWith("npm:") ? target + specifier.slice(name.length) : null;
  }
  const mapped = imports[key]! + specifier.slice(key.length);
  return /^\.{0,2}\//.test(mapped) ? resolve(folder, mapped) : mapped;
}

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** `npm:/@scope/name@1.2.3/sub` as node_modules knows it: `@scope/name/sub`. */
export function npmPath(specifier: string): string {
  return specifier.replace(/^npm:\/?/, "").replace(
    /^((?:@[^/]+\/)?[^/@]+)@[^/]*/,
    "$1",
  );
}
