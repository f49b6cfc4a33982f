/**
 * A disk for one server that can be made full and empty again, with no more rights than the tests
 * have: a file system in memory, mounted in a name space of its own, or a limit on the size of files.
 */
const decoder = new TextDecoder();

/** See the header of this module. */
export interface SmallDisk extends AsyncDisposable {
  /** The folder, as the server sees it. */
  readonly path: string;
  /** In front of the server's command. */
  readonly within: readonly string[];
  /** From now on the server (its process id) finds no room for anything that is new. */
  fill(pid: number): Promise<void>;
  /** There is room again; the server may have ended meanwhile. */
  relieve(pid: number): Promise<void>;
}

async function run(command: string, args: string[]): Promise<string | null> {
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null" }).output();
  return success ? null : `${command} ${args.join(" ")}: ${decoder.decode(stderr)}`;
}

/** A file system of `bytes`; the reason as text where the kernel lets nobody make name spaces. */
export async function mountDisk(bytes: number): Promise<SmallDisk | string> {
  const refused = await run("unshare", ["-rm", "true"]).catch((error) => String(error));
  if (refused !== null) return refused;
  const path = await Deno.makeTempDir({ prefix: "skilllink-disk-" });
  // Whoever holds the name space open holds the files, so that servers may come and go.
  const holder = new Deno.Command("unshare", {
    args: [
      "-rm",
      "sh",
      "-c",
      'mount -t tmpfs -o "size=$1" tmpfs "$0" && echo mounted && exec sleep 3600',
      path,
      String(bytes),
    ],
    stdout: "piped",
  }).spawn();
  const reader = holder.stdout.getReader();
  const { value } = await reader.read();
  if (!value) throw new Error("Cannot mount a small disk");
  const filler = `/proc/${holder.pid}/root${path}/filler`;
  return {
    path,
    within: [
      ...["nsenter", "-t", `${holder.pid}`, "-U", "-m", "--preserve-credentials"],
      // Entering has taken it elsewhere.
      ...["sh", "-c", 'cd "$0" && exec "$@"', Deno.cwd()],
    ],
    async fill() {
      using file = await Deno.open(filler, { create: true, append: true });
      for (let size = 64 * 1024; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (;;) await writeAll(file, new Uint8Array(size));
        } catch (error) {
          if (!isFull(error)) throw error;
        }
      }
    },
    relieve: () => Deno.remove(filler),
    async [Symbol.asyncDispose]() {
      holder.kill("SIGKILL");
      await holder.status;
      await reader.cancel();
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** A folder of the machine's own disk, whose files a server may be forbidden to let grow. */
export async function limitedDisk(): Promise<SmallDisk> {
  const path = await Deno.makeTempDir({ prefix: "skilllink-disk-" });
  const limit = async (pid: number, bytes: string) => {
    const failed = await run("prlimit", ["--pid", `${pid}`, `--fsize=${bytes}:unlimited`]);
    if (failed) throw new Error(failed);
  };
  return {
    path,
    // Past the limit a write fails, where otherwise a signal would end the process.
    within: ["sh", "-c", `trap '' XFSZ; exec "$@"`, "sh"],
    // No file may grow, whatever size it has.
    fill: (pid) => limit(pid, "1"),
    async relieve(pid) {
      // A process takes its limits with it.
      if (await exists(pid)) await limit(pid, "unlimited");
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

async function exists(pid: number): Promise<boolean> {
  return await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
}

function isFull(error: unknown): boolean {
  return error instanceof Error && /no space left|os error 28/i.test(error.message);
}
