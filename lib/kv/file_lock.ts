/** R12: one writer per SQLite file, held by an advisory lock that dies with the process. */
import { AppError } from "../shared/errors.ts";

/** A held lock. */
export interface FileLock {
  release(): void;
}

/**
 * Locks `path` for this process through `<path>.lock` beside it; the folder is made where missing.
 * Throws `conflict` at once when another process holds it.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const folder = path.replace(/[^/\\]*$/, "") || ".";
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(`${path}.lock`, { create: true, write: true });
  // flock, so the lock of a process that was killed is free again at once.
  if (await file.tryLock(true)) return { release: () => file.close() };
  file.close();
  throw new AppError(
    "conflict",
    `Cannot open ${path}: another process uses it. One file serves one process; ` +
      "several servers need a KV server (set DENO_KV_URL)",
  );
}
