import { isAbsolute, join, resolve } from "node:path";

/** Options of `new Builder()`. Paths are relative to `root`. */
export interface BuildOptions {
  /** What the browser's code is made for, as esbuild's `target`. Default: browsers of 2022. */
  target?: string | string[];
  /** Folder of the project. Default: the working directory. */
  root?: string;
  /** The module that exports `app`. Default: `main.ts`. */
  serverEntry?: string;
  /** Default: `_fresh`. */
  outDir?: string;
  /** Default: `static`. */
  staticDir?: string;
  /** Default: `islands`. */
  islandDir?: string;
  /** Default: `routes`. */
  routeDir?: string;
  /** Files under routes and islands whose path matches are left out; test files always are. */
  ignore?: RegExp[];
  /** Source maps of the production build. Default: none. */
  sourceMap?: {
    kind?: boolean | "linked" | "inline" | "external" | "both";
    sourceRoot?: string;
    sourcesContent?: boolean;
  };
}

/** The options with absolute paths. */
export interface Project {
  target: string | string[];
  root: string;
  serverEntry: string;
  outDir: string;
  staticDir: string;
  islandDir: string;
  routeDir: string;
  ignore: RegExp[];
  sourceMap: BuildOptions["sourceMap"];
}

const TEST_FILE = /[._]test\.[cm]?[jt]sx?$/;
const MODULE_FILE = /\.[cm]?[jt]sx?$/;

/** Fills in the defaults. */
export function resolveProject(options: BuildOptions): Project {
  const given = options.root?.startsWith("file:") ? new URL(options.root).pathname : options.root;
  const root = resolve(given ?? Deno.cwd());
  const at = (path: string) => isAbsolute(path) ? path : join(root, path);
  return {
    target: options.target ?? ["chrome99", "firefox99", "safari15"],
    root,
    serverEntry: at(options.serverEntry ?? "main.ts"),
    outDir: at(options.outDir ?? "_fresh"),
    staticDir: at(options.staticDir ?? "static"),
    islandDir: at(options.islandDir ?? "islands"),
    routeDir: at(options.routeDir ?? "routes"),
    ignore: [TEST_FILE, ...options.ignore ?? []],
    sourceMap: options.sourceMap,
  };
}

/** Paths of all files below a folder, relative to it, with forward slashes, in a fixed order. Links are left out. */
export async function listFiles(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(join(folder, below))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory) found.push(...await listFiles(folder, path));
      else if (entry.isFile) found.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** The modules of routes and of islands. */
export interface SourceFiles {
  /** Relative to the folder of routes. */
  routes: string[];
  /** Absolute path by unique name. */
  islands: [name: string, file: string][];
}

/** Finds what is a route and what is an island. */
export async function findSources(project: Project): Promise<SourceFiles> {
  const isModule = (folder: string) => (path: string) =>
    MODULE_FILE.test(path) &&
    !project.ignore.some((ignore) => ignore.test(join(folder, path)));
  const routeFiles = (await listFiles(project.routeDir)).filter(
    isModule(project.routeDir),
  );
  const islandFiles = (await listFiles(project.islandDir)).filter(
    isModule(project.islandDir),
  );
  const islandPaths = [
    ...islandFiles.map((path) => join(project.islandDir, path)),
    ...routeFiles.filter((path) => path.split("/").slice(0, -1).includes("(_islands)"))
      .map((path) => join(project.routeDir, path)),
  ];
  const names = new Set<string>();
  const islands = islandPaths.map((file): [string, string] => {
    const base = file.replace(MODULE_FILE, "").split(/[\\/]/).at(-1)!.replace(
      /[^\w-]/g,
      "_",
    );
    let name = base;
    for (let i = 1; names.has(name); i++) name = `${base}_${i}`;
    names.add(name);
    return [name, file];
  });
  return {
    routes: routeFiles.filter((path) => !/(^|\/)\(_[^/]*\)\//.test(path)),
    islands,
  };
}
