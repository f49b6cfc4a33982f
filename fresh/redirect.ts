/**
 * A redirect whose path cannot lead to another site. Browsers drop tabs and line ends within a URL and read a
 * backslash as a slash, so `/\t/host` and `/\host` are as much a way out as `//host`.
 */
export function redirectResponse(pathOrUrl: string, status: number): Response {
  // deno-lint-ignore no-control-regex
  const cleaned = pathOrUrl.replace(/[\u0000-\u001f\u007f]/g, "").trim();
  const location = /^[/\\]/.test(cleaned) ? cleaned.replace(/^[/\\]+/, "/") : cleaned;
  return new Response(null, {
    status,
    headers: { location: encodeLocation(location) },
  });
}

/** Header values are Latin-1; other characters are written as percent-encoded UTF-8 (RFC 3986, 2.5). */
function encodeLocation(location: string): string {
  return location.toWellFormed().replace(
    /[^\u0021-\u007e]+/gu,
    (text) => encodeURIComponent(text),
  );
}
