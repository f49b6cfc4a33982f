/** The outermost middleware: what every request has, and what every response gets. */
import type { FreshContext, Middleware } from "fresh";
import { readPreferences } from "../shared/i18n/preferences.ts";
import { errorFields } from "../shared/logger.ts";
import type { Services } from "../services.ts";
import { failureResponse } from "./failures.ts";
import { isApiPath } from "./paths.ts";
import { requestIdOf } from "./request_id.ts";
import { addSecurityHeaders } from "./security_headers.ts";
import type { State } from "./state.ts";

/** Probes, which a balancer asks for every second: logged at `debug`. */
const PROBES = new Set(["/api/health", "/api/ready", "/metrics"]);

/**
 * Fills `ctx.state`, sets the security headers and `X-Request-Id`, and writes one log line for each
 * request. Must be the first middleware of the app; `routes/_middleware.ts` builds on it.
 */
export function withServices(services: Services): Middleware<State> {
  return async (ctx) => {
    const started = performance.now();
    const path = ctx.url.pathname;
    const requestId = requestIdOf(ctx.req.headers);
    const behindProxy = services.config.appOrigin !== null;
    Object.assign(
      ctx.state,
      {
        services,
        requestId,
        principal: null,
        address: addressOf(ctx, behindProxy),
        origin: services.config.appOrigin ?? ctx.url.origin,
        locale: readPreferences(ctx.req.headers).locale,
      } satisfies State,
    );
    const log = (status: number, error?: unknown) => {
      const principal = ctx.state.principal;
      const ms = performance.now() - started;
      services.metrics.http.answered(ctx.req.method, ctx.route, status, ms);
      const level = PROBES.has(path) ? "debug" : "info";
      services.log[level]("request", {
        requestId,
        method: ctx.req.method,
        path,
        status,
        ms: Math.round(ms * 10) / 10,
        ...(principal?.kind === "user" ? { userId: principal.userId } : {}),
        ...(principal?.kind === "service" ? { keyId: principal.keyId } : {}),
        ...(error === undefined ? {} : errorFields(error)),
      });
    };
    let response: Response;
    try {
      response = await ctx.next();
    } catch (error) {
      if (!isApiPath(path)) {
        // Fresh shows the error page; this is the last that is seen of the request here.
        log(statusOf(error), statusOf(error) < 500 ? undefined : error);
        throw error;
      }
      response = failureResponse(error, { path, requestId, log: services.log });
    }
    // An upgraded connection has no response that headers could be added to.
    if (response.status !== 101) {
      response = mutable(response);
      response.headers.set("x-request-id", requestId);
      addSecurityHeaders(response.headers, { origin: ctx.state.origin, isApi: isApiPath(path) });
    }
    log(response.status);
    return response;
  };
}

/** The peer; behind a proxy what that proxy, the last in the list, has seen. */
function addressOf(ctx: FreshContext<State>, behindProxy: boolean): string {
  const forwarded = behindProxy
    ? ctx.req.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()
    : undefined;
  if (forwarded) return forwarded.slice(0, 64);
  const peer = ctx.info.remoteAddr;
  return "hostname" in peer ? peer.hostname : "local";
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && "status" in error ? error.status : 500;
  return typeof status === "number" ? status : 500;
}

/** A response of `fetch` or `Response.redirect` has headers that can't be changed. */
function mutable(response: Response): Response {
  try {
    response.headers.delete("x-request-id");
    return response;
  } catch {
    return new Response(response.body, response);
  }
}
