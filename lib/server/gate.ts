/** Stands in front of the handler: counts what is under way, and turns requests away once it is shut. */
import { failureResponse } from "../http/failures.ts";
import { requestIdOf } from "../http/request_id.ts";
import { withSecurityHeaders } from "../http/security_headers.ts";
import { type Clock, systemClock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";

type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/** Seconds after which a caller that was turned away may try again. */
const RETRY_AFTER_SECONDS = 2;

/** A handler that can be shut. */
export interface Gate {
  handle: Handler;
  /** From now on everything but `/api/health` is answered 503 `unavailable`. */
  shut(): void;
  /** True once no request is under way; false when `ms` have passed before. */
  idle(ms: number): Promise<boolean>;
}

/** What a gate needs to know. */
export interface GateOptions {
  log: Logger;
  clock?: Clock;
  config?: { appOrigin: string | null };
}

/**
 * Makes a gate in front of `handler`. An open socket does not count as under way. Error pages, which
 * no middleware of the app has seen, leave with the security headers as well.
 */
export function createGate(
  handler: Handler,
  { log, clock = systemClock, config }: GateOptions,
): Gate {
  const secured = withSecurityHeaders(handler, config?.appOrigin ?? null);
  let isShut = false;
  let underWay = 0;
  const waiting = new Set<() => void>();

  return {
    async handle(request, info) {
      if (isShut) {
        const path = new URL(request.url).pathname;
        if (path !== "/api/health") return turnAway(request, path, log);
      }
      underWay++;
      try {
        return await secured(request, info);
      } finally {
        underWay--;
        if (underWay === 0) { for (const done of waiting) done(); }
      }
    },
    shut() {
      isShut = true;
    },
    idle(ms) {
      if (underWay === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const finish = (idle: boolean) => {
          waiting.delete(done);
          timer.cancel();
          resolve(idle);
        };
        const done = () => finish(true);
        const timer = clock.after(ms, () => finish(false));
        waiting.add(done);
      });
    },
  };
}

function turnAway(request: Request, path: string, log: Logger): Response {
  const requestId = requestIdOf(request.headers);
  const error = new AppError("unavailable", "Cannot answer: the server is shutting down", {
    retryAfter: RETRY_AFTER_SECONDS,
  });
  const response = failureResponse(error, { path, requestId, log });
  response.headers.set("connection", "close");
  response.headers.set("x-request-id", requestId);
  return response;
}
