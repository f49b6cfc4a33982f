import { join } from "node:path";
import type { StaticFile } from "../build_cache.ts";
import { readBody } from "../file_body.ts";
import { isSafePath } from "../middlewares/static_files.ts";
import { contentTypeOf } from "./content_type.ts";
import { hashOf } from "./hash.ts";

/** Finds files of a folder as they are at the moment, never outside of it, not even through a link. */
export class StaticDir {
  #folder: string;
  #hashes = new Map<string, { version: string; hash: string }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(path: string): Promise<StaticFile | null> {
    if (!isSafePath(path)) return null;
    const file = join(this.#folder, path);
    try {
      const [root, real] = await Promise.all([
        Deno.realPath(this.#folder),
        Deno.realPath(file),
      ]);
      if (!real.startsWith(`${root}/`)) return null;
      const info = await Deno.stat(real);
      if (!info.isFile) return null;
      const version = `${info.mtime?.getTime()}:${info.size}`;
      let known = this.#hashes.get(real);
      if (known?.version !== version) {
        known = { version, hash: await hashOf(await Deno.readFile(real)) };
        this.#hashes.set(real, known);
      }
      return {
        hash: known.hash,
        contentType: contentTypeOf(path),
        size: info.size,
        immutable: false,
        open: () => readBody(real, info.size),
      };
    } catch (error) {
      if (
        error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory ||
        error instanceof Deno.errors.FilesystemLoop
      ) return null;
      throw error;
    }
  }
}
