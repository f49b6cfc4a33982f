/** Headers that keep pages from being turned against their readers (design §7). */

import { isApiPath } from "./paths.ts";

/** What the headers depend on. */
export interface SecurityContext {
  /** This app's origin. */
  origin: string;
  /** Paths under `/api/` answer data, which needs no rights at all. */
  isApi: boolean;
}

const PERMISSIONS = ["camera", "microphone", "geolocation", "payment", "usb", "browsing-topics"]
  .map((name) => `${name}=()`).join(", ");

/**
 * Adds the headers; the response must not be an upgrade. What says nothing about caches is kept out
 * of shared ones: they may store a 404, and one may carry somebody's cookie (RFC 9111 §4.2.2, §7.3).
 */
export function addSecurityHeaders(headers: Headers, { origin, isApi }: SecurityContext): void {
  headers.set("content-security-policy", isApi ? API_POLICY : pagePolicy(nonceOf(headers)));
  if (!headers.has("cache-control")) headers.set("cache-control", "private, no-cache");
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "strict-origin-when-cross-origin");
  headers.set("permissions-policy", PERMISSIONS);
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (origin.startsWith("https:")) headers.set("strict-transport-security", "max-age=31536000");
}

const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * What a page may load, `'unsafe-inline'` standing where its nonce goes: that is how Fresh's `csp`
 * wants it. Pictures may come from any https host, because a host platform keeps its avatars where
 * it likes.
 */
export const pageDirectives: readonly string[] = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "font-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/** Nothing inline but what carries the page's nonce, and nothing at all where there is none. */
function pagePolicy(nonce: string | null): string {
  const inline = nonce === null ? "" : ` 'nonce-${nonce}'`;
  return pageDirectives.join("; ").replaceAll(" 'unsafe-inline'", inline);
}

/** The nonce that Fresh's `csp({ useNonce: true })` has given to the page's inline tags. */
function nonceOf(headers: Headers): string | null {
  const policy = headers.get("content-security-policy") ?? "";
  return /'nonce-([\w+/=-]+)'/.exec(policy)?.[1] ?? null;
}

type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/**
 * `handler`, with the headers also on what no middleware of the app has seen: pages for errors that
 * were thrown. `appOrigin` is null where each request's own origin is the app's.
 */
export function withSecurityHeaders(handler: Handler, appOrigin: string | null): Handler {
  return async (request, info) => {
    const response = await handler(request, info);
    if (response.status === 101 || response.headers.has("x-content-type-options")) return response;
    const url = new URL(request.url);
    const secured = new Response(response.body, response);
    addSecurityHeaders(secured.headers, {
      origin: appOrigin ?? url.origin,
      isApi: isApiPath(url.pathname),
    });
    return secured;
  };
}
