import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildCache, registerIsland, type StaticFile } from "../build_cache.ts";
import { type Bundle, bundle, clientModule } from "./bundle.ts";
import { contentTypeOf } from "./content_type.ts";
import { findSources, listFiles, type Project, type SourceFiles } from "./crawl.ts";
import { hashOf } from "./hash.ts";
import { StaticDir } from "./static_dir.ts";

/** A finished bundle with the id that stands for all that the browser may load. */
export interface ClientBuild {
  sources: SourceFiles;
  bundled: Bundle;
  buildId: string;
  /** Path from which the bundle is served. */
  base: string;
  /** Hashes of the bundle's files. */
  hashes: Map<string, string>;
  /** Hashes of the files in the static folder, by path relative to it. */
  staticHashes: Map<string, string>;
}

/** Bundles the islands and hashes everything. The same sources give the same id. */
export async function buildClient(
  project: Project,
  mode: "development" | "production",
): Promise<ClientBuild> {
  const sources = await findSources(project);
  const bundled = await bundle(project, sources.islands, mode);
  const hashes = new Map<string, string>();
  for (const [name, content] of bundled.files) {
    hashes.set(name, await hashOf(content));
  }
  const staticHashes = new Map<string, string>();
  for (const path of await listFiles(project.staticDir)) {
    staticHashes.set(
      path,
      await hashOf(await Deno.readFile(join(project.staticDir, path))),
    );
  }
  const parts = [...hashes, ...staticHashes].map(([name, hash]) => `${name}:${hash}`).sort();
  const buildId = await hashOf(parts.join("\n"));
  return {
    sources,
    bundled,
    buildId,
    base: `/_fresh/js/${buildId}`,
    hashes,
    staticHashes,
  };
}

/** A build that is kept in memory; static files are read where they are. */
export async function memoryBuild(
  project: Project,
  mode: "development" | "production",
): Promise<BuildCache> {
  const client = await buildClient(project, mode);
  const { bundled, base, sources, buildId } = client;
  const islands: BuildCache["islands"] = new Map();
  for (const [name, file] of sources.islands) {
    registerIsland(islands, name, await load(file));
  }
  const routes = [];
  for (const path of sources.routes) {
    routes.push({ path, module: await load(join(project.routeDir, path)) });
  }
  const staticDir = new StaticDir(project.staticDir);
  const builtFile = (name: string): StaticFile | null => {
    const content = bundled.files.get(name);
    return content === undefined ? null : {
      hash: client.hashes.get(name)!,
      contentType: contentTypeOf(name),
      size: content.length,
      immutable: true,
      open: () => Promise.resolve(content),
    };
  };
  return {
    root: project.root,
    mode,
    buildId,
    routes,
    islands,
    boot: clientModule(bundled, bundled.boot, base),
    clientModules: Object.fromEntries(
      Object.entries(bundled.islands).map(([name, file]) => [
        name,
        clientModule(bundled, file, base),
      ]),
    ),
    liveReload: bundled.liveReload === null
      ? null
      : clientModule(bundled, bundled.liveReload, base),
    findFile: async (path) =>
      path.startsWith(`${base}/`)
        ? builtFile(path.slice(base.length + 1))
        : await staticDir.find(path),
  };
}

function load(file: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(file).href);
}
