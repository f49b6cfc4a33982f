/** A real KV server as a process of its own: `denokv` on a file and a port that stay the same. */
import { freePort } from "../../../lib/testing/free_port.ts";
import { findDenokv, HOW_TO_GET_DENOKV } from "../../../tools/denokv.ts";

/** What servers and the KV server of a test share. */
export const ACCESS_TOKEN = "the access token of a test";
const ANSWERS_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** A running KV server. */
export interface KvServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL: nothing is said to anybody. */
  kill(): Promise<void>;
  /** SIGSTOP: it takes connections and answers nothing. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

/** Starts `denokv` on an empty store. */
export async function startKvServer(): Promise<KvServer> {
  const server = await prepareKvServer();
  await server.start();
  return server;
}

/** The same, not started yet: its port is known already. */
export async function prepareKvServer(): Promise<KvServer> {
  const program = await findDenokv();
  if (program === null) throw new Error(HOW_TO_GET_DENOKV);
  const folder = await Deno.makeTempDir({ prefix: "skilllink-kv-" });
  const port = freePort();
  let child: Deno.ChildProcess | null = null;
  const server: KvServer = {
    port,
    url: `http://127.0.0.1:${port}`,
    async start() {
      child = new Deno.Command(program, {
        args: [
          "--sqlite-path",
          `${folder}/kv.sqlite3`,
          "serve",
          "--addr",
          `127.0.0.1:${port}`,
          "--access-token",
          ACCESS_TOKEN,
        ],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const deadline = performance.now() + ANSWERS_WITHIN_MS;
      for (;;) {
        const isThere = await fetch(server.url).then(
          (response) => response.body?.cancel().then(() => true) ?? true,
          () => false,
        );
        if (isThere) return;
        if (performance.now() > deadline) throw new Error("denokv does not listen");
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async kill() {
      if (!child) return;
      child.kill("SIGKILL");
      await child.status;
      child = null;
    },
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await server.kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
  return server;
}
