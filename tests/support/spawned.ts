/** Processes of the product, with everything that they print. */
import { ownEnvironment } from "./environment.ts";

const root = new URL("../../", import.meta.url).pathname;

/** A process that was started. */
export interface Spawned {
  child: Deno.ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Resolves to the exit code once it has ended and all that it printed is there. */
  ended(): Promise<number>;
}

/** Runs a command in the project's folder with these variables and what Deno itself needs, no other. */
export function spawn(command: readonly string[], env: Record<string, string>): Spawned {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    cwd: root,
    env: { ...ownEnvironment(), ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const keep = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) output += decoder.decode(bytes, { stream: true });
  };
  const reading = Promise.all([keep(child.stdout), keep(child.stderr)]);
  return {
    child,
    output: () => output,
    async ended() {
      const { code } = await child.status;
      await reading;
      return code;
    },
  };
}
