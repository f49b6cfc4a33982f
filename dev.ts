/**
 * `deno run -A dev.ts`: development server with live reload.
 * `deno run -A dev.ts build [--if-stale]`: the production build in `_fresh/`.
 */
import { Builder } from "fresh/dev";
import { join } from "node:path";
import { buildStyles } from "./tools/build/styles.ts";
import { isFresh, takeStamps, writeStamps } from "./tools/build/sources.ts";
import { ConfigError, readConfig } from "./lib/config.ts";
import { AppError } from "./lib/shared/errors.ts";

const root = import.meta.dirname ?? ".";
const outDir = join(root, "_fresh");

/** Builds `_fresh/`; with `ifStale` only when a source has changed since the last time. */
async function build(ifStale: boolean): Promise<void> {
  if (ifStale && await isFresh(root, outDir)) return;
  const started = performance.now();
  const stamps = await takeStamps(root);
  await buildStyles({ root, minify: true });
  await new Builder({ root, outDir }).build();
  await writeStamps(outDir, stamps);
  console.log(`Built _fresh/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Compiles the styles again whenever a sheet, or a file that may name a class, has changed. */
async function watchStyles(): Promise<void> {
  let due: ReturnType<typeof setTimeout> | undefined;
  const watched = ["styles", "routes", "islands", "components"].map((name) => join(root, name));
  for await (const { kind } of Deno.watchFs(watched)) {
    if (kind === "access") continue;
    clearTimeout(due);
    // An editor's save is several events within a few milliseconds.
    due = setTimeout(() => void compileForDevelopment(), 50);
  }
}

async function compileForDevelopment(): Promise<void> {
  try {
    await buildStyles({ root, minify: false });
  } catch (error) {
    console.error(`styles/app.css: ${error instanceof Error ? error.message : error}`);
  }
}

/** Opens the services with the app: a store that is in use is told at once, not at a request. */
async function loadApp() {
  const main = await import("./main.ts");
  await main.services();
  return main;
}

if (import.meta.main) {
  if (Deno.args[0] === "build") {
    await build(Deno.args.includes("--if-stale"));
    // esbuild's service would keep the process alive.
    Deno.exit(0);
  }
  await compileForDevelopment();
  watchStyles().catch((error) => console.error("Styles are no longer watched:", error));
  try {
    const { port, host } = readConfig();
    await new Builder({ root, outDir }).listen(loadApp, { port, hostname: host });
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof AppError)) throw error;
    console.error(`Cannot start. ${error.message}`);
    Deno.exit(1);
  }
}
