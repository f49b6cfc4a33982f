import { define } from "../lib/http/state.ts";

/** The way in: the chats, or the sign-in page. */
export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(ctx.state.principal?.kind === "user" ? "/chat" : "/sign-in", 303),
});
