import { ok } from "../../../../lib/http/answers.ts";
import { listSessionsSpec } from "../../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(
    listSessionsSpec,
    async ({ services, user }) => ok(await services.auth.listSessions(user.userId, user.sessionId)),
  ),
});
