/** The whole product on a store in memory, asked as a browser asks: for tests of its pages. */
import { App } from "fresh";
import { Builder } from "fresh/dev";
import { fileURLToPath } from "node:url";
import { createServices } from "../app.ts";
import { parseConfig } from "../config.ts";
import type { State } from "../http/state.ts";
import { withServices } from "../http/with_services.ts";
import type { Services } from "../services.ts";
import { silentLogger } from "../shared/logger.ts";
import { createFakeClock } from "./fake_clock.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ORIGIN = "http://localhost";
const info: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 },
  completed: Promise.resolve(),
};
let routes: Promise<(app: App<State>) => void> | undefined;

/** Somebody with an account. */
export interface PagePerson {
  id: string;
  cookie: string;
}

/** What a page answered. */
export interface Page {
  status: number;
  headers: Headers;
  html: string;
}

/** `await using world = await createPageWorld()`. */
export interface PageWorld extends AsyncDisposable {
  readonly services: Services;
  /** Signs up `<name>@example.org` with the password "long enough". */
  person(name: string): Promise<PagePerson>;
  get(path: string, by?: PagePerson, headers?: Record<string, string>): Promise<Page>;
  /** Sends a form. */
  post(path: string, fields: Record<string, string>): Promise<Page>;
  ask(request: Request): Promise<Page>;
}

/** Opens it, with `environment` where a test sets it; the routes and islands are built once for all worlds of a process. */
export async function createPageWorld(
  environment: Record<string, string> = {},
): Promise<PageWorld> {
  const config = parseConfig({ DEMO: "off", RATE_LIMIT_SCALE: "1000", ...environment });
  const services = await createServices({ ...config, store: { kind: "memory" } }, {
    clock: createFakeClock(),
    log: silentLogger,
    callApi: () => Promise.reject(new Error("there is no demo here")),
  });
  const app = new App<State>().use(withServices(services)).fsRoutes();
  routes ??= new Builder({ root }).build({ snapshot: "memory" });
  (await routes)(app);
  const handler = app.handler();

  async function ask(request: Request): Promise<Page> {
    const response = await handler(request, info);
    return { status: response.status, headers: response.headers, html: await response.text() };
  }
  return {
    services,
    ask,
    async person(name) {
      const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
      const { user, cookie } = await services.auth.register(
        { name, email, password: "long enough" },
        { userAgent: "test", address: "192.0.2.1" },
      );
      return { id: user.id, cookie };
    },
    get(path, by, headers = {}) {
      const all = new Headers(headers);
      if (by) {
        const more = all.get("cookie");
        all.set("cookie", `skilllink_session=${by.cookie}${more ? `; ${more}` : ""}`);
      }
      return ask(new Request(ORIGIN + path, { headers: all }));
    },
    post: (path, fields) =>
      ask(new Request(ORIGIN + path, { method: "POST", body: new URLSearchParams(fields) })),
    [Symbol.asyncDispose]: () => services.close(),
  };
}
