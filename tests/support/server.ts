/** The product as a process of its own: started from the build, on a data folder and port of its own. */
import { join } from "node:path";
import { isFresh } from "../../tools/build/sources.ts";
import { run } from "../../tools/run.ts";
import { runArguments } from "../../tools/start.ts";
import { parseConfig } from "../../lib/config.ts";
import { freePort } from "../../lib/testing/free_port.ts";
import { spawn, type Spawned } from "./spawned.ts";

const root = new URL("../../", import.meta.url).pathname;
/** Long: a machine that builds and runs browsers beside it is slow. */
const START_MS = 60_000;
const POLL_MS = 20;

/** What a server may be told. */
export interface ServerOptions {
  /** Variables beside PORT, HOST and DATA_DIR. Rate limits are out of the way unless set. */
  env?: Record<string, string>;
  /** Made, and removed at the end, unless it is given. */
  dataDir?: string;
  /** A command in front of Deno's own, `["sh", "-c", "…; exec \"$@\"", "sh"]` say, for limits. */
  within?: readonly string[];
}

/** A running server. */
export interface Server extends AsyncDisposable {
  /** Such as `http://localhost:4321`; stays the same over a restart. */
  readonly origin: string;
  readonly dataDir: string;
  /** Process id of the one that runs now. */
  readonly pid: number;
  /** Everything printed so far, both streams. */
  output(): string;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number>;
  /** Resolves to the exit code once it has ended by itself. */
  ended(): Promise<number>;
  /** SIGKILL: what a power cut leaves. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, after `stop` or `kill`. */
  start(): Promise<void>;
  /** As `start`, without waiting until it is ready. */
  spawn(): void;
}

let building: Promise<void> | null = null;

/** Starts the product and resolves once `/api/ready` answers 200. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  await (building ??= buildIfStale());
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "skilllink-" });
  const port = freePort();
  const env = {
    RATE_LIMIT_SCALE: "1000",
    ...options.env,
    HOST: "127.0.0.1",
    PORT: String(port),
    DATA_DIR: dataDir,
  };
  let before = "";
  let spawned: Spawned;
  const output = () => before + spawned.output();
  const server: Server = {
    origin: `http://localhost:${port}`,
    dataDir,
    get pid() {
      return spawned.child.pid;
    },
    output,
    async start() {
      server.spawn();
      await waitUntilReady(server.origin, spawned.child, output);
    },
    spawn() {
      before = spawned ? output() : "";
      const command = [Deno.execPath(), ...runArguments(parseConfig(env))];
      spawned = spawn([...options.within ?? [], ...command], env);
    },
    async stop() {
      return await end("SIGTERM");
    },
    ended: () => spawned.ended(),
    async kill() {
      await end("SIGKILL");
    },
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      if (!options.dataDir) await Deno.remove(dataDir, { recursive: true });
    },
  };
  async function end(signal: Deno.Signal): Promise<number> {
    try {
      spawned.child.kill(signal);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    return await server.ended();
  }
  await server.start();
  return server;
}

async function waitUntilReady(
  origin: string,
  child: Deno.ChildProcess,
  output: () => string,
): Promise<void> {
  let ended = false;
  void child.status.then(() => (ended = true));
  const deadline = performance.now() + START_MS;
  while (!ended && performance.now() < deadline) {
    const response = await fetch(`${origin}/api/ready`).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (!ended) child.kill("SIGKILL");
  await child.status;
  throw new Error(`The server ${ended ? "ended" : "did not become ready"}:\n${output()}`);
}

async function buildIfStale(): Promise<void> {
  if (await isFresh(root, join(root, "_fresh"))) return;
  const code = await run(["run", "-A", "dev.ts", "build"], { cwd: root });
  if (code !== 0) throw new Error("The build failed");
}
