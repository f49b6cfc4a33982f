import type { StaticFile } from "../build_cache.ts";
import { internalsOf } from "../context.ts";
import type { Context } from "../context.ts";
import { CACHE_PARAM } from "../runtime/asset.ts";
import type { Middleware } from "../types.ts";

const YEAR = "public, max-age=31536000, immutable";

/**
 * Serves what the build bundled and the files of `static/`. Files of the bundle, and those asked for with the id
 * of the current build, are cached for a year; others are asked for again each time, by their ETag (RFC 9110, 8.8.3).
 */
export function staticFiles<State>(): Middleware<State> {
  return async (ctx) => {
    const { build } = internalsOf(ctx as unknown as Context<never>);
    const path = filePath(ctx.url.pathname, ctx.config.basePath);
    const file = path === null ? null : await build.findFile(path);
    if (file === null) return ctx.next();
    const { method, headers } = ctx.req;
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Method Not Allowed", {
        status: 405,
        headers: { allow: "GET, HEAD" },
      });
    }
    // During development a file may change within one build.
    const versioned = build.mode === "production" &&
      ctx.url.searchParams.get(CACHE_PARAM) === build.buildId;
    const etag = `"${file.hash}"`;
    const fixed = {
      "cache-control": file.immutable || versioned ? YEAR : "no-cache",
      etag,
    };
    if (matches(headers.get("if-none-match"), etag)) {
      return new Response(null, { status: 304, headers: fixed });
    }
    return fileResponse(file, fixed, method === "HEAD");
  };
}

async function fileResponse(
  file: StaticFile,
  headers: Record<string, string>,
  headOnly: boolean,
): Promise<Response> {
  return new Response(headOnly ? null : await file.open(), {
    headers: {
      ...headers,
      "content-type": file.contentType,
      "content-length": String(file.size),
    },
  });
}

/** The decoded path below the base path, or null if it cannot be that of a file. */
function filePath(pathname: string, basePath: string): string | null {
  if (
    basePath !== "" && pathname !== basePath &&
    !pathname.startsWith(`${basePath}/`)
  ) return null;
  try {
    const path = decodeURIComponent(pathname.slice(basePath.length));
    return isSafePath(path) ? path : null;
  } catch {
    return null;
  }
}

/** Whether a path names a file below its root on every operating system. */
export function isSafePath(path: string): boolean {
  return path.startsWith("/") && !/[\\\0:]/.test(path) &&
    !path.split("/").some((segment) => segment === ".." || segment === ".") &&
    !path.includes("//") && !path.endsWith("/");
}

/** Weak comparison with a list of entity tags (RFC 9110, 13.1.2). */
function matches(list: string | null, etag: string): boolean {
  if (list === null) return false;
  return list.split(",").some((item) => {
    const tag = item.trim();
    return tag === "*" || tag.replace(/^W\//, "") === etag;
  });
}
