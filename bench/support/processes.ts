/** The processes of a measurement: the product, the relay, the load generator. */
import { type Server, startServer } from "../../tests/support/server.ts";
import type { Target } from "./peer.ts";
import type { Plan } from "./load.ts";

const SECRET = "a secret for measurements, known to everybody";

/** A product on an empty store, and how to reach its socket. */
export async function startProduct(): Promise<{ server: Server; target: Target }> {
  const server = await startServer({
    env: { JWT_SECRET: SECRET, RATE_LIMIT_SCALE: "1000", DEMO: "off" },
  });
  const url = `${server.origin.replace("http:", "ws:")}/api/socket`;
  return { server, target: { url, secret: SECRET } };
}

/** The relay. */
export async function startRelay(): Promise<{ target: Target; pid: number } & AsyncDisposable> {
  const child = spawn("relay.ts", []);
  const lines = readLines(child.stdout);
  const port = Number((await lines.next()).value);
  return {
    target: { url: `ws://127.0.0.1:${port}/`, secret: null },
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await lines.return(undefined);
      await child.status;
      await child.stdin.close();
    },
  };
}

/** Runs the load generator to its end and returns what it saw. */
export async function runLoad<T>(plan: Plan): Promise<T> {
  const { result, [Symbol.asyncDispose]: end } = await startLoad<T>(plan);
  await end();
  return result;
}

/** Runs the load generator until it has seen something; it goes on until it is disposed of. */
export async function startLoad<T>(plan: Plan): Promise<{ result: T } & AsyncDisposable> {
  const child = spawn("load.ts", [JSON.stringify(plan)]);
  const lines = readLines(child.stdout);
  const { value, done } = await lines.next();
  if (done) throw new Error("The load generator has failed");
  return {
    result: JSON.parse(value),
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await lines.return(undefined);
      await child.status;
    },
  };
}

function spawn(script: string, args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL(script, import.meta.url).pathname, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}
