/** Finds out who is asking: a bearer token on `/api/`, else the session cookie. */
import type { FreshContext, Middleware } from "fresh";
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import type { Principal } from "../identity/types.ts";
import { subjectOf } from "./endpoint.ts";
import { isApiPath } from "./paths.ts";
import { readSessionCookie, sessionCookie } from "./session_cookie.ts";
import type { State } from "./state.ts";

/** Paths that are the same for everybody and must answer while the store is away. */
const OPEN = new Set(["/api/health", "/api/ready", "/api/openapi.json"]);
/** A store that takes longer is away. */
const STORE_WITHIN_MS = 5000;

/** Sets `ctx.state.principal`. A bearer token that is not good is 401, never a stranger. */
export function authenticate(): Middleware<State> {
  return async (ctx) => {
    if (OPEN.has(ctx.url.pathname)) return await ctx.next();
    const bearer = isApiPath(ctx.url.pathname) ? bearerOf(ctx.req.headers) : null;
    if (bearer !== null) {
      ctx.state.principal = await fromBearer(ctx, bearer);
      return await ctx.next();
    }
    const cookie = readSessionCookie(ctx.req.headers);
    const { auth, clock } = ctx.state.services;
    if (cookie === null) return await ctx.next();
    ctx.state.principal = await inTime(clock, auth.authenticateCookie(cookie));
    const response = await ctx.next();
    // The session slides with each use; with each page the cookie does, too.
    const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
    if (ctx.state.principal && isPage && !response.headers.has("set-cookie")) {
      response.headers.append("set-cookie", sessionCookie(cookie, ctx.state.origin));
    }
    return response;
  };
}

async function fromBearer(ctx: FreshContext<State>, token: string): Promise<Principal> {
  const { auth, clock, limits } = ctx.state.services;
  try {
    return await inTime(clock, auth.authenticateBearer(token));
  } catch (error) {
    // Guessing is counted like every other request of a stranger.
    if (error instanceof AppError && error.code === "unauthenticated") {
      limits.take("api", subjectOf(null, ctx.state.address));
    }
    throw error;
  }
}

/** The token of `Authorization: Bearer`; null for other schemes, which a proxy may use. */
function bearerOf(headers: Headers): string | null {
  const header = headers.get("authorization") ?? "";
  return /^bearer(?:\s|$)/i.test(header) ? header.slice(6).trim() : null;
}

async function inTime<T>(clock: Clock, work: Promise<T>): Promise<T> {
  let timer: { cancel(): void } | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(STORE_WITHIN_MS, () =>
      reject(
        new AppError("unavailable", "Cannot tell who is asking: the store does not answer", {
          retryAfter: 5,
        }),
      ));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.cancel();
  }
}
