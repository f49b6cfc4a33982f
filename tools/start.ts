/**
 * `deno task start`: builds when a source is newer than the build, then runs `serve.ts` with the
 * permissions that it needs and no other.
 */
import { dirname, join } from "node:path";
import { ConfigError, configNames, readConfig } from "../lib/config.ts";
import type { Config } from "../lib/config.ts";
import { isFresh } from "./build/sources.ts";
import { run } from "./run.ts";

const root = join(import.meta.dirname ?? ".", "..");

/** What the build refers to, beside itself. */
const OWN_FILES = [
  "_fresh",
  "components",
  "deno.json",
  "fresh",
  "islands",
  "lib",
  "main.ts",
  "node_modules",
  "routes",
  "static",
];

/**
 * Arguments of `deno run` for the product: the network (browsers, push services and key sets may be
 * anywhere), its own files, the data folder, and the variables of its configuration. To packages
 * that look at other variables these seem not to be set.
 */
export function runArguments(config: Pick<Config, "store">): string[] {
  const data = config.store.kind === "file" ? [dirname(config.store.path)] : [];
  return [
    "run",
    "--allow-net",
    `--allow-read=${[...OWN_FILES, ...data].join(",")}`,
    ...(data.length > 0 ? [`--allow-write=${data.join(",")}`] : []),
    `--allow-env=${configNames.join(",")}`,
    "--ignore-env",
    "--no-prompt",
    "serve.ts",
  ];
}

/** The configuration; one that can't be used ends the process with a line that says why. */
function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`Cannot start: the configuration can't be used.\n${error.message}`);
    Deno.exit(1);
  }
}

if (import.meta.main) {
  const config = configOrExit();
  if (!await isFresh(root, join(root, "_fresh"))) {
    console.log("Building…");
    const code = await run(["run", "-A", "dev.ts", "build"], { cwd: root });
    if (code !== 0) Deno.exit(code);
  }
  Deno.exit(await run(runArguments(config), { cwd: root }));
}
