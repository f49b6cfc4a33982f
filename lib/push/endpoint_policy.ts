/** Which addresses the server may be told to send to (P19): pure, so that every case is a test. */

/** Push services of the browsers; a host is taken when it equals one of them or lies below it. */
export const PUSH_VENDORS: readonly string[] = [
  "fcm.googleapis.com",
  "push.services.mozilla.com",
  "push.apple.com",
  "notify.windows.com",
];

/** Characters of an endpoint at most. */
const ENDPOINT_MAX_CHARS = 2048;

/** What an endpoint may be sent to, or the rule that it breaks. */
export type EndpointCheck = { ok: true; origin: string } | { ok: false; reason: string };

/**
 * Decides whether `endpoint` may be sent to: https on port 443, no user name, and a host that is one
 * of `vendors` or below it. An address written as numbers is never one of them, so private, loopback
 * and link-local ones are refused in every notation that the URL parser knows. `allowedOrigins`
 * adds exact origins (a push service of one's own); nothing switches the check off.
 */
export function checkEndpoint(
  endpoint: string,
  allowedOrigins: readonly string[] = [],
  vendors: readonly string[] = PUSH_VENDORS,
): EndpointCheck {
  if (endpoint.length > ENDPOINT_MAX_CHARS) return refuse("is too long");
  // The parser strips these silently, so that what is checked would not be what was given.
  if (/[\s\\\p{Cc}]/u.test(endpoint)) {
    return refuse("holds spaces, backslashes or control characters");
  }
  const url = URL.parse(endpoint);
  if (url === null) return refuse("is not a URL");
  if (url.username !== "" || url.password !== "") return refuse("holds a user name or password");
  if (url.hash !== "") return refuse("holds a fragment");
  if (allowedOrigins.includes(url.origin)) return { ok: true, origin: url.origin };
  if (url.protocol !== "https:") return refuse("is not https");
  if (url.port !== "") return refuse("names a port other than 443");
  if (isAddress(url.hostname)) return refuse("names an address in place of a push service's host");
  const known = vendors.some((vendor) =>
    url.hostname === vendor || url.hostname.endsWith(`.${vendor}`)
  );
  return known ? { ok: true, origin: url.origin } : refuse("is not of a known push service");
}

/** The URL parser has turned every notation of IPv4 into dots and every IPv6 into brackets. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
}

function refuse(reason: string): EndpointCheck {
  return { ok: false, reason };
}
