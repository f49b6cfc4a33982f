/** The processes of a measurement: the product, the relay, the load generator. */
import { type Server, startServer } from "../../tests/support/server.ts";
import type { Target } from "../load/peer.ts";
import type { Plan } from "../load/plan.ts";
import { readLines } from "./lines.ts";

/** What signs everybody's tokens. */
export const SECRET = "a secret for measurements, known to everybody";

/** Something to put under load. */
export interface Subject extends AsyncDisposable {
  target: Target;
  /** Such as `http://127.0.0.1:4321`. */
  origin: string;
  pid: number;
}

/** The product on an empty store on disk. */
export async function startProduct(env: Record<string, string> = {}): Promise<Subject> {
  const server: Server = await startServer({
    env: { JWT_SECRET: SECRET, RATE_LIMIT_SCALE: "1000", DEMO: "off", LOG_LEVEL: "warn", ...env },
  });
  const url = `${server.origin.replace("http:", "ws:")}/api/socket`;
  return {
    target: { url, secret: SECRET },
    origin: server.origin,
    pid: server.pid,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The relay. */
export async function startRelay(): Promise<Subject> {
  const child = startScript("support/relay.ts");
  const origin = `http://127.0.0.1:${await child.line()}`;
  return {
    target: { url: `${origin.replace("http:", "ws:")}/`, secret: null },
    origin,
    pid: child.pid,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** The product and the relay, one after the other, each `run` on a fresh start. */
export async function onBoth<T>(
  run: (subject: Subject) => Promise<T>,
): Promise<{ product: T; relay: T }> {
  const measure = async (start: () => Promise<Subject>) => {
    await using subject = await start();
    return await run(subject);
  };
  return { product: await measure(startProduct), relay: await measure(startRelay) };
}

/** Runs the load generator to its end and returns what it saw. */
export async function runLoad<T>(plan: Plan): Promise<T> {
  await using load = await startLoad<T>(plan);
  return load.result;
}

/** Runs the load generator until it has seen something; what it has open stays until disposal. */
export async function startLoad<T>(plan: Plan): Promise<{ result: T } & AsyncDisposable> {
  const child = startScript("load/main.ts");
  await child.tell(JSON.stringify(plan));
  try {
    const result: T = JSON.parse(await child.line());
    return { result, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** A script of the bench as a process: told by lines, tells by lines. */
export interface Script extends AsyncDisposable {
  readonly pid: number;
  tell(line: string): Promise<void>;
  /** The next line; throws when the process has ended. */
  line(): Promise<string>;
}

/** Starts a script, by its path in `bench/`. It is killed at the end, with whatever it has open. */
export function startScript(path: string, args: readonly string[] = []): Script {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL(`../${path}`, import.meta.url).pathname, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = child.stdin.getWriter();
  const lines = readLines(child.stdout);
  return {
    pid: child.pid,
    tell: (line) => input.write(new TextEncoder().encode(`${line}\n`)),
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${path} has ended`);
      return value;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await lines.return(undefined);
      await child.status;
      await input.close().catch(() => {});
    },
  };
}
