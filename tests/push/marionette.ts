/**
 * Firefox under remote control: its own Marionette protocol over TCP. Each message is
 * `<bytes>:<JSON>`; a command is `[0, id, name, parameters]`, its answer `[1, id, error, result]`.
 */
import { requireFirefox } from "../../tools/browsers.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { freePort } from "../../lib/testing/free_port.ts";

const START_MS = 60_000;
const SCRIPT_MS = 60_000;

type Answer = [1, number, { error: string; message: string } | null, Record<string, unknown>];

/** A Firefox of its own: a profile in a temporary folder, removed at the end. */
export class Firefox implements AsyncDisposable {
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  #closed = false;

  private constructor(
    private readonly process: Deno.ChildProcess,
    private readonly connection: Deno.TcpConn,
    private readonly profile: string,
  ) {
    void this.#listen();
  }

  /** Starts it with these preferences. */
  static async start(preferences: Record<string, string | number | boolean>): Promise<Firefox> {
    const profile = await Deno.makeTempDir({ prefix: "skilllink-firefox-" });
    const port = freePort();
    const all = { ...preferences, "marionette.port": port };
    await Deno.writeTextFile(
      `${profile}/user.js`,
      Object.entries(all).map(([name, value]) =>
        `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`
      ).join(""),
    );
    const process = new Deno.Command(await requireFirefox(), {
      args: [
        "--headless",
        "--no-remote",
        "--marionette",
        "--remote-allow-system-access",
        "--profile",
        profile,
        "about:blank",
      ],
      env: { HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let connection: Deno.TcpConn | undefined;
    await until(
      async () => {
        connection = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
        return connection !== undefined;
      },
      "Firefox answers",
      START_MS,
    );
    const firefox = new Firefox(process, connection!, profile);
    await firefox.command("WebDriver:NewSession", {
      capabilities: { alwaysMatch: { timeouts: { script: SCRIPT_MS } } },
    });
    return firefox;
  }

  /** Sends a command and waits for its answer. */
  async command(
    name: string,
    parameters: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    const text = new TextEncoder().encode(JSON.stringify([0, id, name, parameters]));
    const answer = new Promise<Answer>((resolve) => this.#pending.set(id, resolve));
    await write(this.connection, new TextEncoder().encode(`${text.length}:`));
    await write(this.connection, text);
    const [, , error, result] = await answer;
    if (error) throw new Error(`${name}: ${error.error}: ${error.message}`);
    return result;
  }

  async goTo(url: string): Promise<void> {
    await this.command("WebDriver:Navigate", { url });
  }

  /** Runs the body of an async function in the page; it gets `args` as `arguments`. */
  async inPage<T>(body: string, ...args: unknown[]): Promise<T> {
    return await this.#run("content", body, args) as T;
  }

  /** The same in the browser's own, privileged context. */
  async inBrowser<T>(body: string, ...args: unknown[]): Promise<T> {
    return await this.#run("chrome", body, args) as T;
  }

  async #run(context: "content" | "chrome", body: string, args: unknown[]): Promise<unknown> {
    await this.command("Marionette:SetContext", { value: context });
    const script = `const done = arguments[arguments.length - 1];
      (async function () { ${body} }).apply(null, arguments)
        .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value } = await this.command("WebDriver:ExecuteAsyncScript", { script, args });
    const result = value as { value?: unknown; error?: string };
    if (result.error !== undefined) throw new Error(result.error);
    return result.value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.command("Marionette:Quit", { flags: ["eForceQuit"] }).catch(() => {});
    await this.process.status;
    try {
      this.connection.close();
    } catch {
      // Firefox has closed it already.
    }
    // Its helper processes write a little longer than itself.
    await until(
      () =>
        Deno.remove(this.profile, { recursive: true }).then(() => true, (error) => {
          if (error instanceof Deno.errors.NotFound) return true;
          return false;
        }),
      "the profile can be removed",
    );
  }

  async #listen(): Promise<void> {
    let buffer = new Uint8Array();
    try {
      for await (const chunk of this.connection.readable) {
        const joined = new Uint8Array(buffer.length + chunk.length);
        joined.set(buffer);
        joined.set(chunk, buffer.length);
        buffer = joined;
        for (;;) {
          const colon = buffer.indexOf(58);
          if (colon < 0) break;
          const end = colon + 1 + Number(new TextDecoder().decode(buffer.subarray(0, colon)));
          if (buffer.length < end) break;
          this.#take(JSON.parse(new TextDecoder().decode(buffer.subarray(colon + 1, end))));
          buffer = buffer.slice(end);
        }
      }
    } catch (error) {
      if (!this.#closed) console.error("Firefox hung up", error);
    }
    for (const [id, resolve] of this.#pending) {
      resolve([1, id, { error: "closed", message: "Firefox has hung up" }, {}]);
    }
  }

  /** The greeting is no array; it says nothing that is needed. */
  #take(message: unknown): void {
    if (!Array.isArray(message)) return;
    const answer = message as Answer;
    this.#pending.get(answer[1])?.(answer);
    this.#pending.delete(answer[1]);
  }
}

async function write(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}
