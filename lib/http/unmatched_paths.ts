/** Requests that no route takes: the middlewares of `routes/` do not see them. */
import { HttpError, type Middleware } from "fresh";
import { subjectOf } from "./endpoint.ts";
import { limitPages } from "./page_limit.ts";
import { isApiPath } from "./paths.ts";
import type { State } from "./state.ts";

/**
 * Counts them as a stranger's, whatever cookie they carry (R10), and answers those below `/api` as
 * the API does (`/api/health/`, with a slash too many). The page that says so is left to what
 * follows. Must come after the static files, which are no routes either.
 */
export function unmatchedPaths(): Middleware<State> {
  const limited = limitPages((_, retryAfter) =>
    new Response("Too many requests. Try again in a moment.\n", {
      status: 429,
      headers: { "retry-after": String(Math.ceil(retryAfter)) },
    })
  );
  return async (ctx) => {
    if (ctx.route !== null) return await ctx.next();
    if (!isApiPath(ctx.url.pathname)) return await limited(ctx);
    const { services, address } = ctx.state;
    services.limits.take("api", subjectOf(null, address));
    throw new HttpError(404);
  };
}
