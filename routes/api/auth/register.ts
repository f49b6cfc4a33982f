import { created, withHeader } from "../../../lib/http/answers.ts";
import { callerOf } from "../../../lib/http/caller.ts";
import { registerSpec } from "../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { sessionCookie } from "../../../lib/http/session_cookie.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(registerSpec, async ({ ctx, services, body }) => {
    const { user, token, cookie } = await services.auth.register(body, callerOf(ctx));
    const answer = created({ user, token });
    return withHeader(answer, "set-cookie", sessionCookie(cookie, ctx.state.origin));
  }),
});
