import { ok } from "../../../lib/http/answers.ts";
import { readAllNotificationsSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  PUT: endpoint(
    readAllNotificationsSpec,
    async ({ services, user, body }) =>
      ok(await services.notifications.markAllRead(user.userId, body.upTo)),
  ),
});
