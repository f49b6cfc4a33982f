import { callerOf } from "../../lib/http/caller.ts";
import { sessionCookie } from "../../lib/http/session_cookie.ts";
import { define } from "../../lib/http/state.ts";

/** `POST /demo`: makes the demo where it is missing, and signs the visitor in as one of its people. */
export const handler = define.handlers({
  async POST(ctx) {
    const { services, origin } = ctx.state;
    const as = ctx.url.searchParams.get("as") ?? "maya";
    const { cookie } = await services.demo.enter(as, callerOf(ctx));
    const headers = new Headers({ location: "/chat" });
    headers.append("set-cookie", sessionCookie(cookie, origin));
    return new Response(null, { status: 303, headers });
  },
});
