import { redirectResponse } from "../redirect.ts";
import type { Middleware } from "../types.ts";

/** Redirects, with 308, to the path with or without a slash at its end. The root is left alone. */
export function trailingSlashes<State>(
  mode: "never" | "always",
): Middleware<State> {
  return (ctx) => {
    const { pathname, search } = ctx.url;
    if (pathname === "/" || pathname.endsWith("/") === (mode === "always")) {
      return ctx.next();
    }
    const path = mode === "always" ? `${pathname}/` : pathname.replace(/\/+$/, "") || "/";
    return redirectResponse(path + search, 308);
  };
}
