import { nextPath } from "../../lib/http/next_path.ts";
import { pageErrors } from "../../lib/http/signed_in.ts";
import { define } from "../../lib/http/state.ts";

/** Whoever is signed in already goes on at once. */
export default define.middleware([
  pageErrors(),
  async (ctx) => {
    if (ctx.state.principal?.kind === "user") {
      return ctx.redirect(nextPath(ctx.url.searchParams.get("next")), 303);
    }
    const response = await ctx.next();
    response.headers.set("cache-control", "private, no-store");
    return response;
  },
]);
