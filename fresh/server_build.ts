import { type AnyApp, setBuild } from "./app.ts";
import {
  type BuildCache,
  type ClientModule,
  registerIsland,
  type StaticFile,
} from "./build_cache.ts";
import { readBody } from "./file_body.ts";

/** A file of the build: its path in the output folder and what its headers need. */
export interface BuiltFile {
  path: string;
  hash: string;
  contentType: string;
  size: number;
  immutable: boolean;
}

/** What `_fresh/server.js` passes on: plain data of the build and the modules that it imports. */
export interface ServerBuild {
  /** URL of `server.js`, next to which the files of the build lie. */
  base: string;
  /** Folder of the project relative to that. */
  root: string;
  buildId: string;
  boot: ClientModule | null;
  clientModules: Record<string, ClientModule>;
  files: Record<string, BuiltFile>;
  /** The server's entry, which exports `app`. */
  main: Record<string, unknown>;
  routes: [path: string, module: Record<string, unknown>][];
  islands: [name: string, module: Record<string, unknown>][];
}

type Fetch = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

/** Makes the handler of a production build, in the form that `deno serve` runs. */
export function createServer(server: ServerBuild): { fetch: Fetch } {
  const app = server.main.app as AnyApp | undefined;
  if (app === undefined) {
    throw new TypeError('Cannot start: the server entry has no export "app"');
  }
  const islands: BuildCache["islands"] = new Map();
  for (const [name, module] of server.islands) {
    registerIsland(islands, name, module);
  }
  const files = new Map(
    Object.entries(server.files).map(([path, file]): [string, StaticFile] => {
      const url = new URL(
        file.path.split("/").map(encodeURIComponent).join("/"),
        server.base,
      );
      return [path, { ...file, open: () => readBody(url, file.size) }];
    }),
  );
  setBuild(app, {
    root: decodeURIComponent(new URL(server.root, server.base).pathname)
      .replace(/\/$/, ""),
    mode: "production",
    buildId: server.buildId,
    routes: server.routes.map(([path, module]) => ({ path, module })),
    islands,
    boot: server.boot,
    clientModules: server.clientModules,
    liveReload: null,
    findFile: (path) => Promise.resolve(files.get(path) ?? null),
  });
  const handler = app.handler();
  return { fetch: (req, info) => handler(req, info) };
}
