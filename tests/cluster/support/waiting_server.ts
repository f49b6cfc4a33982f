/** A server that is started before its KV server. */
import { join } from "node:path";
import { parseConfig } from "../../../lib/config.ts";
import { freePort } from "../../../lib/testing/free_port.ts";
import { runArguments } from "../../../tools/start.ts";
import { ownEnvironment } from "../../support/server.ts";
import { ACCESS_TOKEN, prepareKvServer } from "./denokv.ts";

const root = join(import.meta.dirname ?? ".", "..", "..", "..");

/** Starts a server whose KV server does not listen yet. Needs the build. */
export async function startWaitingServer() {
  const kv = await prepareKvServer();
  const port = freePort();
  const env = {
    HOST: "127.0.0.1",
    PORT: String(port),
    DENO_KV_URL: kv.url,
    DENO_KV_ACCESS_TOKEN: ACCESS_TOKEN,
  };
  const child = new Deno.Command(Deno.execPath(), {
    args: runArguments(parseConfig(env)),
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
    output: () => output,
    startKv: () => kv.start(),
    async isReady() {
      const response = await fetch(`http://127.0.0.1:${port}/api/ready`).catch(() => null);
      await response?.body?.cancel();
      return response?.ok === true;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reading;
      await kv[Symbol.asyncDispose]();
    },
  };
}
