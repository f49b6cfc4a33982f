/**
 * The URL that the client asked for. Behind a proxy that is trusted, its scheme and host come from the
 * headers which that proxy sets; of a list, the first entry is the client's.
 */
export function requestUrl(req: Request, trustProxy: boolean): URL {
  const url = new URL(req.url);
  if (!trustProxy) return url;
  const proto = firstOf(req.headers.get("x-forwarded-proto"));
  if (proto === "http" || proto === "https") url.protocol = `${proto}:`;
  const host = firstOf(req.headers.get("x-forwarded-host"));
  if (
    host !== null &&
    /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(host)
  ) {
    // Without a port of its own, the host has the default one of its scheme.
    url.port = "";
    url.host = host;
  }
  return url;
}

function firstOf(list: string | null): string | null {
  return list?.split(",")[0]?.trim().toLowerCase() ?? null;
}
