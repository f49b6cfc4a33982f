/** Runs a Deno command as a child that ends when we are told to end. */

/** Where and with what a child runs. */
export interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Gets what the child writes to its standard output, which is written to ours as well. */
  heard?: (text: string) => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const NUMBERS: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/**
 * Runs `deno …args` with our own input and output and passes signals on; resolves to its exit code,
 * or 128 and the signal's number, as shells have it.
 */
export async function run(args: string[], options: RunOptions): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: options.cwd,
    ...(options.env ? { env: options.env } : {}),
    stdin: "inherit",
    stdout: options.heard ? "piped" : "inherit",
    stderr: "inherit",
  }).spawn();
  const passOn = SIGNALS.map((signal) => {
    const listener = () => {
      // The child may be gone already.
      try {
        child.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  try {
    if (options.heard) await passOutput(child.stdout, options.heard);
    const status = await child.status;
    return status.signal ? 128 + (NUMBERS[status.signal] ?? 0) : status.code;
  } finally {
    for (const stop of passOn) stop();
  }
}

async function passOutput(
  stream: ReadableStream<Uint8Array>,
  heard: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    // A pipe may take a part only.
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(Deno.stdout.writeSync(rest));
    heard(decoder.decode(bytes, { stream: true }));
  }
}
