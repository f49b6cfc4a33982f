import type { Context } from "../context.ts";
import type { Middleware } from "../types.ts";
import { writable } from "../writable.ts";

/** Options of {@linkcode cors}. */
export interface CORSOptions<State = unknown> {
  /** Origins that may read responses. Default: "*". A function returns the one to allow, or null. */
  origin?:
    | string
    | string[]
    | ((origin: string, ctx: Context<State>) => string | undefined | null);
  /** Default: GET, HEAD, PUT, POST, DELETE, PATCH. */
  allowMethods?: string[];
  /** Default: those that the preflight asks for. */
  allowHeaders?: string[];
  /** Seconds for which a preflight may be remembered. */
  maxAge?: number;
  credentials?: boolean;
  exposeHeaders?: string[];
}

const DEFAULT_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];

/** Sets the headers by which other origins may read responses (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export function cors<State>(
  options: CORSOptions<State> = {},
): Middleware<State> {
  const { origin: allowed = "*", credentials = false } = options;
  const methods = (options.allowMethods ?? DEFAULT_METHODS).join(", ");
  const exposed = (options.exposeHeaders ?? []).join(", ");

  const allowedOrigin = (
    origin: string,
    ctx: Context<State>,
  ): string | null => {
    if (typeof allowed === "function") return allowed(origin, ctx) ?? null;
    if (typeof allowed === "string") return allowed;
    return allowed.includes(origin) ? origin : null;
  };
  const setCommon = (headers: Headers, origin: string | null) => {
    if (origin !== null) headers.set("access-control-allow-origin", origin);
    if (allowed !== "*") headers.append("vary", "Origin");
    if (credentials) headers.set("access-control-allow-credentials", "true");
  };

  return async (ctx) => {
    const origin = allowedOrigin(ctx.req.headers.get("origin") ?? "", ctx);
    if (ctx.req.method === "OPTIONS") {
      const headers = new Headers();
      setCommon(headers, origin);
      if (options.maxAge !== undefined) {
        headers.set("access-control-max-age", String(options.maxAge));
      }
      if (methods !== "") headers.set("access-control-allow-methods", methods);
      const asked = ctx.req.headers.get("access-control-request-headers");
      const names = options.allowHeaders?.length ? options.allowHeaders.join(", ") : asked;
      if (names !== null) {
        headers.set("access-control-allow-headers", names);
        headers.append("vary", "Access-Control-Request-Headers");
      }
      return new Response(null, { status: 204, headers });
    }
    const response = writable(await ctx.next());
    if (response.status === 101) return response;
    setCommon(response.headers, origin);
    if (exposed !== "") {
      response.headers.set("access-control-expose-headers", exposed);
    }
    return response;
  };
}
