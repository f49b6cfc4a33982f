/** A file of browser tests: one server and one browser for all of its tests, people made per test. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import type { Browser } from "playwright-core";
import {
  launchChromium,
  leaveFailure,
  openWindow,
  type Window,
  type WindowOptions,
} from "./browser.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

/** Somebody with an account, and a window in which they are signed in. */
export interface Person extends Window {
  id: string;
  name: string;
  email: string;
  /** For REST calls beside the window. */
  token: string;
}

/** What a test has. */
export interface World {
  server: Server;
  browser: Browser;
  /** A window of nobody yet. */
  open(options?: WindowOptions): Promise<Window>;
  /** A new account, signed in. */
  person(name: string, options?: WindowOptions): Promise<Person>;
  /** Another device of the same person. */
  device(person: Person, options?: WindowOptions): Promise<Person>;
  /** A REST call; fails the test unless it succeeds. `data` of the answer. */
  call<T = unknown>(token: string, method: string, path: string, body?: unknown): Promise<T>;
  /** A token as a host platform makes it. */
  hostToken(claims: { sub: string; role?: string; name?: string }): Promise<string>;
  /** Sends a notification as an instructor's platform would; resolves to its id. */
  notify(
    person: Person,
    content: { title: string; message: string; link?: string },
  ): Promise<string>;
  /** Problems that belong to the test: a line of the console that matches is no failure. */
  expectProblem(pattern: RegExp): void;
}

/** Registers tests that share a server and a browser. */
export interface Suite {
  test(name: string, run: (world: World) => Promise<void>): void;
}

const PASSWORD = "correct horse battery";

/** Call once, at the top of a test file. */
export function browserSuite(options: ServerOptions = {}): Suite {
  const secret = crypto.randomUUID() + crypto.randomUUID();
  let server: Server;
  let browser: Browser;
  let people = 0;

  Deno.test.beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ ...options, env: { JWT_SECRET: secret, ...options.env } }),
      launchChromium(),
    ]);
  });
  Deno.test.afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  async function call<T>(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(server.origin + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? undefined as T : JSON.parse(text).data as T;
  }

  async function hostToken(claims: { sub: string; role?: string; name?: string }): Promise<string> {
    return await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setIssuedAt()
      .setExpirationTime("10 minutes").sign(new TextEncoder().encode(secret));
  }

  /** Puts the session that register or login begins into the window's cookies. */
  async function enter(window: Window, path: string, data: unknown) {
    const response = await window.context.request.post(path, {
      headers: { origin: server.origin },
      data,
    });
    assert.ok(response.ok(), `${path} answered ${response.status()}: ${await response.text()}`);
    const { data: { user, token } } = await response.json();
    return { id: user.id as string, name: user.name as string, token: token as string };
  }

  return {
    test(name, run) {
      // The browser belongs to the file: its connection outlives each test.
      Deno.test({ name, sanitizeOps: false, sanitizeResources: false }, async () => {
        const windows: Window[] = [];
        const expected: RegExp[] = [];
        const open = async (windowOptions?: WindowOptions) => {
          const window = await openWindow(browser, server.origin, windowOptions);
          windows.push(window);
          return window;
        };
        const world: World = {
          server,
          browser,
          open,
          call,
          hostToken,
          async person(personName, windowOptions) {
            const window = await open(windowOptions);
            const email = `person-${++people}@example.org`;
            const data = { name: personName, email, password: PASSWORD };
            return { ...window, email, ...await enter(window, "/api/auth/register", data) };
          },
          async device(person, windowOptions) {
            const window = await open(windowOptions);
            const data = { email: person.email, password: PASSWORD };
            return { ...person, ...window, ...await enter(window, "/api/auth/login", data) };
          },
          async notify(person, content) {
            const token = await hostToken({ sub: "instructor-1", role: "instructor", name: "Ira" });
            const { id } = await call<{ id: string }>(token, "POST", "/api/notifications", {
              to: { userId: person.id },
              type: "assignment.graded",
              category: "grades",
              ...content,
            }, { "idempotency-key": crypto.randomUUID() });
            return id;
          },
          expectProblem: (pattern) => void expected.push(pattern),
        };
        try {
          await run(world);
          const problems = windows.flatMap((window) => window.problems)
            .filter((problem) => !expected.some((pattern) => pattern.test(problem)));
          assert.deepEqual(problems, [], "scripts, the console and the policy have no complaint");
        } catch (error) {
          await Promise.all(windows.map(({ page }, n) => leaveFailure(page, `${name} ${n}`)));
          const words = server.output().split("\n").filter((line) => !line.includes('"info"'));
          console.log(`The server's last words:\n${words.slice(-20).join("\n")}`);
          throw error;
        } finally {
          await Promise.all(windows.map(({ context }) => context.close()));
        }
      });
    },
  };
}
