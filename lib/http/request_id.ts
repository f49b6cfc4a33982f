/** The id that a request has in logs and failures. */

const SANE = /^[\w.:-]{8,64}$/;

/** The caller's own id where it is sane (a proxy's, say), else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && SANE.test(given) ? given : crypto.randomUUID();
}
