/** REST calls to a server of a test world, as a program makes them. */
import type { TestServer } from "./world.ts";

/** What a call may carry. */
export interface Asking {
  by?: { token: string } | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer; `json` is its body, null where there is none. */
export interface Asked {
  status: number;
  headers: Headers;
  // A test looks at what it asked for, of whatever shape.
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** Calls a path such as `/api/users/me`. */
export async function ask(
  server: Pick<TestServer, "origin">,
  method: string,
  path: string,
  { by, body, headers = {} }: Asking = {},
): Promise<Asked> {
  const response = await fetch(`${await server.origin()}${path}`, {
    method,
    headers: {
      ...(by ? { authorization: `Bearer ${by.token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === "" ? null : JSON.parse(text),
  };
}
