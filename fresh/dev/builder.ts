import { type AnyApp, setBuild } from "../app.ts";
import { listen } from "../listen.ts";
import type { ListenOptions } from "../types.ts";
import { type BuildOptions, type Project, resolveProject } from "./crawl.ts";
import { ALIVE_PATH, LiveReload } from "./live_reload.ts";
import { memoryBuild } from "./snapshot.ts";
import { writeBuild } from "./write_build.ts";

export type { BuildOptions } from "./crawl.ts";

/** Builds the browser's part of an app, and serves it during development. */
export class Builder {
  #project: Project;

  constructor(options: BuildOptions = {}) {
    this.#project = resolveProject(options);
  }

  /**
   * Serves the app in development mode. Open pages reload when a static file changes and when the process starts
   * again, for which `deno run --watch` takes care.
   */
  async listen(
    importApp: () => Promise<{ app: AnyApp } | AnyApp>,
    options: ListenOptions = {},
  ): Promise<void> {
    const build = await memoryBuild(this.#project, "development");
    const imported = await importApp();
    const app = "app" in imported ? imported.app : imported;
    setBuild(app, build);
    const handler = app.handler();
    const reload = new LiveReload(crypto.randomUUID());
    void reload.watch(this.#project.staticDir);
    await listen(
      (req, info) =>
        new URL(req.url).pathname === ALIVE_PATH
          ? Promise.resolve(reload.respond())
          : handler(req, info),
      options,
      app.config.basePath,
    );
  }

  /**
   * Makes a build for production. It goes to `_fresh/`, or with `snapshot: "memory"` nowhere, for tests. The
   * returned function hands the build to an app, before its `handler()` is called.
   */
  async build(
    options: {
      mode?: "development" | "production";
      snapshot?: "disk" | "memory";
    } = {},
  ): Promise<(app: AnyApp) => void> {
    if (options.snapshot !== "memory") await writeBuild(this.#project);
    const build = options.snapshot === "memory"
      ? await memoryBuild(this.#project, options.mode ?? "production")
      : null;
    return (app) => {
      if (build !== null) setBuild(app, build);
    };
  }
}
