/** R12: one writer per SQLite file, held by an advisory lock that dies with the process. */
import { AppError } from "../shared/errors.ts";

/** A held lock. */
export interface FileLock {
  release(): void;
}

/**
 * Locks `path` for this process through `<path>.lock` beside it; the folder is made where missing.
 * Throws `conflict` at once when another process holds it, `unavailable` where it can't be written.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const file = await openLock(path);
  // flock, so the lock of a process that was killed is free again at once.
  if (await file.tryLock(true)) return { release: () => file.close() };
  file.close();
  throw new AppError(
    "conflict",
    `Cannot open ${path}: another process uses it. One file serves one process; ` +
      "several servers need a KV server (set DENO_KV_URL)",
  );
}

async function openLock(path: string): Promise<Deno.FsFile> {
  const folder = path.replace(/[^/\\]*$/, "") || ".";
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await Deno.open(`${path}.lock`, { create: true, write: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      "unavailable",
      `Cannot open ${path}: its folder (DATA_DIR) must be one that can be written: ${why}`,
      { cause },
    );
  }
}
