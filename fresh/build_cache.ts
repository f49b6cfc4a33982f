import type { FunctionComponent } from "preact";
import type { Island } from "./types.ts";

/** A file that can be served, with what its headers need. */
export interface StaticFile {
  /** Content hash, which becomes the ETag. */
  hash: string;
  contentType: string;
  size: number;
  /** Whether the content under this path never changes (the build's id is part of the path). */
  immutable: boolean;
  /** The content, to be read once. */
  open(): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>>;
}

/** Where the browser finds a bundled module and what it will load next. */
export interface ClientModule {
  /** Path from the root of the app, such as `/_fresh/js/<build>/counter.js`. */
  url: string;
  /** Chunks that the module imports, to be fetched at the same time. */
  preload: string[];
}

/** A file under `routes/` with its exports. */
export interface FsRouteFile {
  /** Path below `routes/` with forward slashes and extension. */
  path: string;
  module: Record<string, unknown>;
}

/** What a build hands to an App: the files, islands and bundles that belong together. */
export interface BuildCache {
  root: string;
  mode: "development" | "production";
  /** Hash of everything that the browser may load: the same for the same sources. Empty without a build. */
  buildId: string;
  routes: FsRouteFile[];
  islands: Map<FunctionComponent, Island>;
  /** The browser's entry, which hydrates islands and follows partial links. */
  boot: ClientModule | null;
  /** Modules of the islands by the name of the island. */
  clientModules: Record<string, ClientModule>;
  /** The script that reloads the page after a change; development only. */
  liveReload: ClientModule | null;
  /** Finds a file of `static/` or of the bundle. The path is decoded and begins with a slash. */
  findFile(path: string): Promise<StaticFile | null>;
}

/** The build of an App that was given none: no files, no islands. */
export function emptyBuild(): BuildCache {
  return {
    root: ".",
    mode: "production",
    buildId: "",
    routes: [],
    islands: new Map(),
    boot: null,
    clientModules: {},
    liveReload: null,
    findFile: () => Promise.resolve(null),
  };
}

/** Puts the components that an island's module exports into the registry. */
export function registerIsland(
  islands: Map<FunctionComponent, Island>,
  name: string,
  module: Record<string, unknown>,
): void {
  for (const [exportName, value] of Object.entries(module)) {
    if (typeof value !== "function") continue;
    islands.set(value as FunctionComponent, {
      name,
      exportName,
      fn: value as FunctionComponent,
    });
  }
}
