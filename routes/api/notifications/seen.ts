import { ok } from "../../../lib/http/answers.ts";
import { seenNotificationsSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  PUT: endpoint(
    seenNotificationsSpec,
    async ({ services, user, body }) =>
      ok(await services.notifications.markSeen(user.userId, body.upTo)),
  ),
});
