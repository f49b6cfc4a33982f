/** Pages and their forms take from rate limits of their own, as the API does from its (R10). */
import type { FreshContext, Middleware } from "fresh";
import { AppError } from "../shared/errors.ts";
import { subjectOf } from "./endpoint.ts";
import { isApiPath } from "./paths.ts";
import type { State } from "./state.ts";

/**
 * Takes from `page` (somebody's), `page_address` (a stranger's) or `form` (whatever is not read only)
 * for each request that is not the API's. Past the limit `busy` answers, told the seconds to wait;
 * nothing of the page is loaded then. Must come after `authenticate`.
 */
export function limitPages(
  busy: (ctx: FreshContext<State>, retryAfter: number) => Response | Promise<Response>,
): Middleware<State> {
  return async (ctx) => {
    if (isApiPath(ctx.url.pathname)) return await ctx.next();
    const { services, principal, address } = ctx.state;
    const isRead = ctx.req.method === "GET" || ctx.req.method === "HEAD";
    const name = !isRead ? "form" : principal === null ? "page_address" : "page";
    try {
      services.limits.take(name, subjectOf(principal, address));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "rate_limited") throw error;
      return await busy(ctx, error.retryAfter ?? 1);
    }
    return await ctx.next();
  };
}
