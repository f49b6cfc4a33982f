/** The REST API as a client sees it: the real handler, file routes and middlewares included. */
import { parseConfig } from "../config.ts";
import type { Services } from "../services.ts";
import { createLogger } from "../shared/logger.ts";
import { createTelemetry } from "../telemetry/mod.ts";
import { apiHandler } from "./api_app.ts";
import {
  createIdentityWorld,
  type IdentityWorld,
  type IdentityWorldOptions,
} from "./identity_world.ts";

const ORIGIN = "http://localhost";

/** What a request may carry. */
export interface Ask {
  body?: unknown;
  /** Value of the session cookie; the app's own origin is then sent as browsers do. */
  cookie?: string;
  token?: string;
  /** Set over everything else; null leaves one out. */
  headers?: Record<string, string | null>;
}

/** An answer, its JSON already read; null where there is no body. */
export interface Answered {
  status: number;
  headers: Headers;
  // A test looks at what it asked for, of whatever shape.
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** See {@link createRestWorld}. */
export interface RestWorld extends IdentityWorld {
  services: Services;
  ask(method: string, path: string, ask?: Ask): Promise<Answered>;
  /** The bare handler, for requests that `ask` can't make. */
  fetch(request: Request): Promise<Response>;
  /** Signs somebody up. */
  person(name: string): Promise<{ id: string; cookie: string; token: string; email: string }>;
}

/** What a test may set beside the identity's options. */
export interface RestWorldOptions extends IdentityWorldOptions {
  environment?: Record<string, string>;
  services?: Partial<Services>;
}

/** The API over identity's real services; services of other domains only where a test gives them. */
export async function createRestWorld(options: RestWorldOptions = {}): Promise<RestWorld> {
  const world = await createIdentityWorld(options);
  const services = {
    config: parseConfig(options.environment ?? {}),
    clock: world.clock,
    log: createLogger("debug", (line) => void world.logged.push(JSON.parse(line))),
    store: world.store,
    auth: world.auth,
    users: world.users,
    limits: world.limits,
    apiKeys: world.apiKeys,
    metrics: createTelemetry({ clock: world.clock, version: "1.2.3", tracing: false }).metrics,
    caughtUp: () => Promise.resolve(),
    draining: () => false,
    ...options.services,
    // The routes that these worlds ask for use no others.
  } as Services;
  const handle = await apiHandler(services);

  const fetch = (request: Request) =>
    handle(request, {
      remoteAddr: { transport: "tcp", hostname: "192.0.2.9", port: 1 },
      completed: Promise.resolve(),
    });
  const ask = async (method: string, path: string, given: Ask = {}): Promise<Answered> => {
    const headers = new Headers();
    if (given.body !== undefined) headers.set("content-type", "application/json");
    if (given.cookie) {
      headers.set("cookie", `skilllink_session=${given.cookie}`);
      headers.set("origin", services.config.appOrigin ?? ORIGIN);
    }
    if (given.token) headers.set("authorization", `Bearer ${given.token}`);
    for (const [name, value] of Object.entries(given.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const body = typeof given.body === "string" ? given.body : JSON.stringify(given.body);
    const response = await fetch(new Request(ORIGIN + path, { method, headers, body }));
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      json: text === "" ? null : JSON.parse(text),
    };
  };
  return {
    ...world,
    services,
    ask,
    fetch,
    async person(name) {
      const email = `${name.toLowerCase()}@example.org`;
      const signedIn = await world.auth.register(
        { name, email, password: "long enough" },
        { userAgent: "test", address: `address of ${name}` },
      );
      return { id: signedIn.user.id, cookie: signedIn.cookie, token: signedIn.token, email };
    },
  };
}
