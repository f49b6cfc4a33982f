import { HttpError } from "../runtime/http_error.ts";
import type { Context } from "../context.ts";
import type { Middleware } from "../types.ts";

/** Options of {@linkcode csrf}. */
export interface CsrfOptions<State = unknown> {
  /** Other origins that may send requests which change something. Default: none but the app's own. */
  origin?:
    | string
    | string[]
    | ((origin: string, ctx: Context<State>) => boolean);
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses, with 403, requests by which another site could make a visitor's browser change something. It trusts
 * Sec-Fetch-Site where the browser sends it, else Origin; a client that sends neither is no browser and brings
 * no cookies by accident.
 */
export function csrf<State>(
  options: CsrfOptions<State> = {},
): Middleware<State> {
  const { origin: allowed } = options;
  const isAllowed = (origin: string | null, ctx: Context<State>): boolean => {
    if (origin === null) return false;
    if (typeof allowed === "function") return allowed(origin, ctx);
    if (typeof allowed === "string") return origin === allowed;
    return allowed === undefined ? origin === ctx.url.origin : allowed.includes(origin);
  };
  return (ctx) => {
    if (SAFE_METHODS.has(ctx.req.method)) return ctx.next();
    const site = ctx.req.headers.get("sec-fetch-site");
    const origin = ctx.req.headers.get("origin");
    if (site === "same-origin" || site === "none") return ctx.next();
    if (site === null && origin === null) return ctx.next();
    if (site === null && origin === ctx.url.origin) return ctx.next();
    // A site that shares the registrable domain is another origin all the same.
    if (isAllowed(origin, ctx)) return ctx.next();
    throw new HttpError(403);
  };
}
