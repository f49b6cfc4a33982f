/** Keeps other sites from writing with somebody's cookie (RFC 6454; OWASP's CSRF guidance). */
import type { Middleware } from "fresh";
import { AppError } from "../shared/errors.ts";
import type { State } from "./state.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** True when `Origin` is this app's own. */
export function hasOwnOrigin(headers: Headers, origin: string): boolean {
  return headers.get("origin") === origin;
}

/**
 * Writes with a cookie must name the app's own origin. Without a session (a sign-in) another
 * origin is refused as well, so that nobody is signed in to a stranger's account; a program that
 * sends none may pass. Bearer tokens are not sent by browsers on their own, so they need nothing.
 */
export function requireOwnOrigin(): Middleware<State> {
  return async (ctx) => {
    const { principal, origin } = ctx.state;
    if (!READS.has(ctx.req.method) && (principal === null || isCookie(principal))) {
      const named = ctx.req.headers.has("origin");
      if ((named || principal !== null) && !hasOwnOrigin(ctx.req.headers, origin)) {
        throw new AppError(
          "forbidden",
          "Cannot do this: the request does not come from this app's own pages",
        );
      }
    }
    return await ctx.next();
  };
}

function isCookie(principal: { via: string }): boolean {
  return principal.via === "cookie";
}
