import { ok } from "../../../../lib/http/answers.ts";
import { traceNotificationSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";
import { AppError } from "../../../../lib/shared/errors.ts";

export const handler = define.handlers({
  GET: endpoint(traceNotificationSpec, async ({ services, principal, params, query }) => {
    if (principal === null) throw new AppError("unauthenticated", "Cannot trace: nobody asks");
    const { trace, after } = await services.notifications.trace(principal, params.id, query);
    return ok(trace, { before: null, after });
  }),
});
