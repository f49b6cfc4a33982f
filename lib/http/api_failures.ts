/** Everything under `/api/` answers JSON, whatever is thrown. */
import type { Middleware } from "fresh";
import { failureResponse } from "./failures.ts";
import type { State } from "./state.ts";
import { isApiPath } from "./with_services.ts";

/** Turns what handlers and inner middlewares throw into envelopes, and keeps answers uncached. */
export function apiFailures(): Middleware<State> {
  return async (ctx) => {
    const path = ctx.url.pathname;
    if (!isApiPath(path)) return await ctx.next();
    const { requestId, services: { log } } = ctx.state;
    let response: Response;
    try {
      response = await ctx.next();
    } catch (error) {
      response = failureResponse(error, { path, requestId, log });
    }
    if (response.status !== 101 && !response.headers.has("cache-control")) {
      response.headers.set("cache-control", "no-store");
    }
    return response;
  };
}
