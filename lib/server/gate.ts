/** Stands in front of the handler: counts what is under way, and turns requests away once it is shut. */
import { systemClock } from "../shared/clock.ts";
import type { Clock } from "../shared/clock.ts";

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

/** Makes a gate in front of `handler`. An open socket does not count as under way. */
export function createGate(handler: Handler, clock: Clock = systemClock): Gate {
  let isShut = false;
  let underWay = 0;
  const waiting = new Set<() => void>();

  return {
    async handle(request, info) {
      if (isShut && new URL(request.url).pathname !== "/api/health") return turnAway();
      underWay++;
      try {
        return await handler(request, info);
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

function turnAway(): Response {
  const requestId = crypto.randomUUID();
  const error = {
    code: "unavailable",
    message: "Cannot answer: the server is shutting down",
    requestId,
  };
  return Response.json({ success: false, error }, {
    status: 503,
    headers: {
      "retry-after": String(RETRY_AFTER_SECONDS),
      "connection": "close",
      "x-request-id": requestId,
    },
  });
}
