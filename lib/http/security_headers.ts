/** Headers that keep pages from being turned against their readers (design §7). */

/** What the headers depend on. */
export interface SecurityContext {
  /** This app's origin. */
  origin: string;
  /** Paths under `/api/` answer data, which needs no rights at all. */
  isApi: boolean;
}

const PERMISSIONS = ["camera", "microphone", "geolocation", "payment", "usb", "browsing-topics"]
  .map((name) => `${name}=()`).join(", ");

/** Adds the headers; the response must not be an upgrade. */
export function addSecurityHeaders(headers: Headers, { origin, isApi }: SecurityContext): void {
  headers.set("content-security-policy", isApi ? API_POLICY : pagePolicy(nonceOf(headers)));
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "strict-origin-when-cross-origin");
  headers.set("permissions-policy", PERMISSIONS);
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (origin.startsWith("https:")) headers.set("strict-transport-security", "max-age=31536000");
}

const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Nothing inline but what carries the page's nonce. Pictures may come from any https host, because
 * a host platform keeps its avatars where it likes.
 */
function pagePolicy(nonce: string | null): string {
  const own = nonce === null ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'self'",
    `script-src ${own}`,
    `style-src ${own}`,
    "img-src 'self' data: blob: https:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The nonce that Fresh's `csp({ useNonce: true })` has given to the page's inline tags. */
function nonceOf(headers: Headers): string | null {
  const policy = headers.get("content-security-policy") ?? "";
  return /'nonce-([\w+/=-]+)'/.exec(policy)?.[1] ?? null;
}
