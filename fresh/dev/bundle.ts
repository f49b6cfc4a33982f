import * as esbuild from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientModule } from "../build_cache.ts";
import type { Project } from "./crawl.ts";
import { mapSpecifier, npmPath, readImportMap } from "./import_map.ts";

const CLIENT = fileURLToPath(new URL("../runtime/client/", import.meta.url));
const RUNTIME = fileURLToPath(new URL("../runtime/mod.ts", import.meta.url));
const RUNTIME_SPECIFIER = /^fresh\/runtime$|^jsr:\/?@fresh\/core(@[^/]*)?\/runtime$/;
const SERVER_SPECIFIER = /^fresh(\/dev)?$|^jsr:\/?@fresh\/core(@[^/]*)?(\/dev)?$/;

/** The modules for the browser, still without the id of the build in their URLs. */
export interface Bundle {
  /** Content by file name. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
  boot: string;
  liveReload: string | null;
  /** File by the name of the island. */
  islands: Record<string, string>;
  /** All files that a file imports, directly and through others. */
  imports: Record<string, string[]>;
}

/** Builds under way: esbuild's process is shared, so only the last one may end it. */
let running = 0;

/** Bundles the browser's entry and all islands; what they share goes to files of its own. */
export async function bundle(
  project: Project,
  islands: [name: string, file: string][],
  mode: "development" | "production",
): Promise<Bundle> {
  const production = mode === "production";
  const entryPoints: Record<string, string> = { boot: join(CLIENT, "boot.ts") };
  if (!production) entryPoints.live_reload = join(CLIENT, "live_reload.ts");
  for (const [name, file] of islands) entryPoints[`island-${name}`] = file;
  running++;
  try {
    const result = await esbuild.build({
      entryPoints,
      absWorkingDir: project.root,
      outdir: project.outDir,
      write: false,
      metafile: true,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      target: project.target,
      minify: production,
      treeShaking: true,
      legalComments: "none",
      logLevel: "error",
      jsx: "automatic",
      jsxImportSource: "preact",
      entryNames: "[name]",
      chunkNames: "chunk-[hash]",
      assetNames: "asset-[hash]",
      define: { "process.env.NODE_ENV": JSON.stringify(mode) },
      nodePaths: nodeModules(project.root, dirname(RUNTIME)),
      plugins: [await resolvePlugin(project)],
      sourcemap: production ? project.sourceMap?.kind ?? false : "linked",
      sourceRoot: project.sourceMap?.sourceRoot,
      sourcesContent: project.sourceMap?.sourcesContent ?? true,
    });
    return describe(result, project, islands, production);
  } finally {
    running--;
    if (running === 0) await esbuild.stop();
  }
}

function describe(
  result: esbuild.BuildResult<{ write: false; metafile: true }>,
  project: Project,
  islands: [name: string, file: string][],
  production: boolean,
): Bundle {
  const nameOf = (path: string) => path.split(/[\\/]/).at(-1)!;
  const files = new Map(
    result.outputFiles.map((
      file,
    ) => [nameOf(file.path), new Uint8Array(file.contents)]),
  );
  const direct = new Map(
    Object.entries(result.metafile.outputs).map(([path, output]) => [
      nameOf(path),
      output.imports.filter((i) => i.kind === "import-statement" && !i.external)
        .map((i) => nameOf(i.path)),
    ]),
  );
  const imports: Record<string, string[]> = {};
  for (const file of files.keys()) {
    const all = new Set<string>();
    const visit = (name: string) => {
      for (const next of direct.get(name) ?? []) {
        if (all.has(next)) continue;
        all.add(next);
        visit(next);
      }
    };
    visit(file);
    imports[file] = [...all].sort();
  }
  if (files.size === 0) {
    throw new Error(`Cannot bundle ${project.root}: esbuild wrote nothing`);
  }
  return {
    files,
    boot: "boot.js",
    liveReload: production ? null : "live_reload.js",
    islands: Object.fromEntries(
      islands.map(([name]) => [name, `island-${name}.js`]),
    ),
    imports,
  };
}

/** Where a bundled file and those that it imports are served. */
export function clientModule(
  bundled: Bundle,
  file: string,
  base: string,
): ClientModule {
  return {
    url: `${base}/${file}`,
    preload: (bundled.imports[file] ?? []).map((name) => `${base}/${name}`),
  };
}

/** The folders of npm packages at and above the given folders. */
function nodeModules(...starts: string[]): string[] {
  const found = new Set<string>();
  for (const start of starts) {
    for (let folder = start;; folder = dirname(folder)) {
      found.add(join(folder, "node_modules"));
      if (dirname(folder) === folder) break;
    }
  }
  return [...found];
}

/** Resolves specifiers as Deno would: by the project's import map and by `npm:`. */
async function resolvePlugin(project: Project): Promise<esbuild.Plugin> {
  const map = await readImportMap(project.root);
  return {
    name: "fresh-resolve",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        if (args.kind === "entry-point" || args.pluginData === "mapped") {
          return undefined;
        }
        if (RUNTIME_SPECIFIER.test(args.path)) return { path: RUNTIME };
        if (SERVER_SPECIFIER.test(args.path)) {
          return {
            errors: [{
              text:
                `Cannot use "${args.path}" in code for the browser: import "fresh/runtime" there`,
            }],
          };
        }
        // Only the project's own modules are written against its import map.
        if (/[\\/]node_modules[\\/]/.test(args.importer)) return undefined;
        const target = mapSpecifier(map, args.path) ?? args.path;
        if (target.startsWith("/")) return { path: target };
        if (target.startsWith("file:")) return { path: fileURLToPath(target) };
        const path = target.startsWith("npm:") ? npmPath(target) : target;
        if (path === args.path) return undefined;
        return build.resolve(path, {
          resolveDir: args.resolveDir,
          importer: args.importer,
          kind: args.kind,
          pluginData: "mapped",
        });
      });
    },
  };
}
