/** The cookie that names a session. */

/** Its name (public contract). */
export const SESSION_COOKIE = "skilllink_session";
/** As long as a session lasts without use. */
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;
const VALUE = /^[\w-]{43}$/;

/** The text of Set-Cookie. Secure on https only: browsers drop Secure cookies of plain http. */
export function sessionCookie(value: string, origin: string): string {
  return `${SESSION_COOKIE}=${value}; ${attributes(origin)}; Max-Age=${MAX_AGE_SECONDS}`;
}

/** The text of Set-Cookie that removes it. */
export function clearedSessionCookie(origin: string): string {
  return `${SESSION_COOKIE}=; ${attributes(origin)}; Max-Age=0`;
}

function attributes(origin: string): string {
  return `Path=/; HttpOnly; SameSite=Lax${origin.startsWith("https:") ? "; Secure" : ""}`;
}

/** The value in a request; null when there is none of the right shape. */
export function readSessionCookie(headers: Headers): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === SESSION_COOKIE && VALUE.test(value)) return value;
  }
  return null;
}
