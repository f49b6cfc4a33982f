import { HttpError } from "fresh";
import { allowedMethods } from "../../lib/http/contract/mod.ts";
import { define } from "../../lib/http/state.ts";

/** What no other route takes: an unknown path, or a known one with another method. */
export const handler = define.handlers((ctx) => {
  throw new HttpError(allowedMethods(ctx.url.pathname).length > 0 ? 405 : 404);
});
