import { runtimeHooks } from "./hooks.ts";

/** Search parameter with the id of the build, under which a static file may be cached for a year. */
export const CACHE_PARAM = "__frsh_c";

/**
 * Adds the build's id to the path of a static file, so that it can be cached until the next build. Paths that
 * lead to another host, and those that have the id already, stay as they are.
 */
export function asset(path: string): string {
  const { buildId } = runtimeHooks;
  if (buildId === null || !path.startsWith("/") || path.startsWith("//")) {
    return path;
  }
  const [rest = "", hash] = split(path, "#");
  const [pathname = "", search] = split(rest, "?");
  if (search !== undefined && new URLSearchParams(search).has(CACHE_PARAM)) {
    return path;
  }
  const query = search ? `${search}&` : "";
  return `${pathname}?${query}${CACHE_PARAM}=${buildId}${hash === undefined ? "" : `#${hash}`}`;
}

/** Applies {@linkcode asset} to each URL of a `srcset`. One that cannot be read stays as it is. */
export function assetSrcSet(srcset: string): string {
  if (srcset.includes("(")) return srcset;
  return srcset.split(",").map((candidate) => {
    const [, lead = "", url = "", descriptor = ""] = /^(\s*)(\S*)([\s\S]*)$/.exec(candidate) ?? [];
    return `${lead}${asset(url)}${descriptor}`;
  }).join(",");
}

function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
