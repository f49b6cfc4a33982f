/** Requests, counted and timed by the pattern of their route: never by a path, which names people. */
import type { Figures } from "./figures.ts";
import type { HttpMeter, Tracer } from "./types.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
/** Anybody may make methods up. */
const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** A meter that fills `figures`. */
export function meterHttp(figures: Figures, tracer: Tracer | null): HttpMeter {
  const requests = figures.tally("http_requests_total", "Requests by route and status", [
    "method",
    "route",
    "status",
  ]);
  const seconds = figures.histogram("http_request_seconds", "Time of a request", SECONDS, [
    "method",
    "route",
  ]);
  return {
    answered(given, pattern, status, ms) {
      const method = METHODS.has(given) ? given : "other";
      const route = pattern ?? "none";
      requests.add(`${method}|${route}|${status}`);
      seconds.observe({ method, route }, ms / 1000);
      if (pattern !== null) tracer?.nameRequest(method, pattern);
    },
  };
}
