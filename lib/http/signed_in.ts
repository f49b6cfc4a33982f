/** Keeps pages to people who are signed in. */
import { type FreshContext, HttpError, type Middleware } from "fresh";
import { AppError } from "../shared/errors.ts";
import type { State, UserPrincipal } from "./state.ts";

/** Sends strangers to the sign-in page, with the way back to where they wanted to go. */
export function requireSignedIn(): Middleware<State> {
  return async (ctx) => {
    if (ctx.state.principal?.kind !== "user") {
      const query = new URLSearchParams({ next: ctx.url.pathname + ctx.url.search });
      return ctx.redirect(`/sign-in?${query}`, 303);
    }
    const response = await ctx.next();
    // What one person sees is not for a cache that others share.
    if (!response.headers.has("cache-control")) {
      response.headers.set("cache-control", "private, no-cache");
    }
    return response;
  };
}

/** Errors of the services, with the status that the error pages know. */
export function pageErrors(): Middleware<State> {
  return async (ctx) => {
    try {
      return await ctx.next();
    } catch (error) {
      if (error instanceof AppError) throw new HttpError(error.status, error.message);
      throw error;
    }
  };
}

/** Who sees the page; for routes inside of {@link requireSignedIn}. */
export function signedInUser(ctx: FreshContext<State>): UserPrincipal {
  const { principal } = ctx.state;
  if (principal?.kind !== "user") throw new HttpError(401);
  return principal;
}
