import { ok } from "../../../../lib/http/answers.ts";
import { snoozeNotificationSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  PUT: endpoint(snoozeNotificationSpec, async ({ services, user, params, body }) => {
    const until = body.until === null ? null : Date.parse(body.until);
    return ok(await services.notifications.snooze(user.userId, params.id, until));
  }),
});
