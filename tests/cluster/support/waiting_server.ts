/** A server that is started before its KV server. */
import { parseConfig } from "../../../lib/config.ts";
import { freePort } from "../../../lib/testing/free_port.ts";
import { runArguments } from "../../../tools/start.ts";
import { spawn } from "../../support/spawned.ts";
import { ACCESS_TOKEN, prepareKvServer } from "./denokv.ts";

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
  const command = [Deno.execPath(), ...runArguments(parseConfig(env))];
  const { child, output, ended } = spawn(command, env);
  return {
    output,
    startKv: () => kv.start(),
    async isReady() {
      const response = await fetch(`http://127.0.0.1:${port}/api/ready`).catch(() => null);
      await response?.body?.cancel();
      return response?.ok === true;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended();
      await kv[Symbol.asyncDispose]();
    },
  };
}
