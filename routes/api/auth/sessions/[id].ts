import { noContent, withHeader } from "../../../../lib/http/answers.ts";
import { revokeSessionSpec } from "../../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { clearedSessionCookie } from "../../../../lib/http/session_cookie.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  DELETE: endpoint(revokeSessionSpec, async ({ ctx, services, user, params }) => {
    await services.auth.revokeSession(user.userId, params.id);
    return user.via === "cookie" && params.id === user.sessionId
      ? withHeader(noContent(), "set-cookie", clearedSessionCookie(ctx.state.origin))
      : noContent();
  }),
});
