/** Everything under `/api/` answers JSON, whatever is thrown; pages answer with an error page. */
import { HttpError, type Middleware } from "fresh";
import { AppError } from "../shared/errors.ts";
import { failureResponse } from "./failures.ts";
import { isApiPath } from "./paths.ts";
import type { State } from "./state.ts";

/**
 * Turns what handlers and inner middlewares throw into envelopes, and keeps answers uncached. What
 * is thrown for a page goes on to the error page, an {@link AppError} with its own status.
 */
export function apiFailures(): Middleware<State> {
  return async (ctx) => {
    const path = ctx.url.pathname;
    if (!isApiPath(path)) return await orErrorPage(ctx.next());
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

async function orErrorPage(next: Promise<Response>): Promise<Response> {
  try {
    return await next;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new HttpError(error.status, error.message, { cause: error });
  }
}
