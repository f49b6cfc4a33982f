/** Tells whether a build is older than its sources, without running any of them. */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** What a build is made of, relative to the project's folder. */
const SOURCES = [
  "components",
  "dev.ts",
  "deno.json",
  "deno.lock",
  "fresh",
  "islands",
  "lib",
  "main.ts",
  "routes",
  "static",
  "styles",
  "tools/build",
];
/** Made by the build itself. */
const MADE = /^static\/(styles\.css$|fonts\/)/;
const STAMP = ".sources.json";

/** One file as it was: when its time or size differ, its content decides. */
interface Stamp {
  modified: number;
  size: number;
  hash: string;
}
type Stamps = Record<string, Stamp>;

/**
 * True when `outDir` holds a build of exactly the sources under `root`. Reads the contents only of
 * files whose time or size has changed, so it takes a few milliseconds.
 */
export async function isFresh(root: string, outDir: string): Promise<boolean> {
  const old = await readStamps(outDir);
  if (!old) return false;
  try {
    await Deno.stat(join(outDir, "server.js"));
    await Deno.stat(join(root, "static", "styles.css"));
  } catch {
    return false;
  }
  const paths = await listSources(root);
  if (paths.length !== Object.keys(old).length) return false;
  for (const path of paths) {
    const stamp = old[path];
    if (!stamp) return false;
    const info = await Deno.stat(join(root, path)).catch(() => null);
    if (!info || info.size !== stamp.size) return false;
    if (info.mtime?.getTime() !== stamp.modified && await hash(root, path) !== stamp.hash) {
      return false;
    }
  }
  return true;
}

/** What the sources are now: taken before a build, so that a change during it is not missed. */
export async function takeStamps(root: string): Promise<Stamps> {
  const stamps: Stamps = {};
  for (const path of await listSources(root)) {
    const info = await Deno.stat(join(root, path));
    stamps[path] = {
      modified: info.mtime?.getTime() ?? 0,
      size: info.size,
      hash: await hash(root, path),
    };
  }
  return stamps;
}

/** Keeps `stamps` in the build, once it is complete. */
export async function writeStamps(outDir: string, stamps: Stamps): Promise<void> {
  await Deno.writeTextFile(join(outDir, STAMP), JSON.stringify(stamps));
}

async function readStamps(outDir: string): Promise<Stamps | null> {
  try {
    return JSON.parse(await Deno.readTextFile(join(outDir, STAMP)));
  } catch {
    return null;
  }
}

async function hash(root: string, path: string): Promise<string> {
  return createHash("sha256").update(await Deno.readFile(join(root, path))).digest("base64url");
}

async function listSources(root: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (path: string): Promise<void> => {
    const info = await Deno.stat(join(root, path)).catch(() => null);
    if (info?.isFile && !/_test\.tsx?$/.test(path) && !MADE.test(path)) found.push(path);
    if (!info?.isDirectory || path === "lib/testing") return;
    for await (const entry of Deno.readDir(join(root, path))) await visit(`${path}/${entry.name}`);
  };
  for (const path of SOURCES) await visit(path);
  return found.sort();
}
