import { noContent, withHeader } from "../../../lib/http/answers.ts";
import { logoutSpec } from "../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { clearedSessionCookie } from "../../../lib/http/session_cookie.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(logoutSpec, async ({ ctx, services, user }) => {
    // A host platform's token has no session here: the platform ends it.
    if (user.sessionId !== null) await services.auth.logout(user.userId, user.sessionId);
    return withHeader(noContent(), "set-cookie", clearedSessionCookie(ctx.state.origin));
  }),
});
