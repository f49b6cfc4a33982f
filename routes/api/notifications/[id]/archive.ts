import { ok } from "../../../../lib/http/answers.ts";
import { archiveNotificationSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  PUT: endpoint(
    archiveNotificationSpec,
    async ({ services, user, params }) =>
      ok(await services.notifications.archive(user.userId, params.id)),
  ),
});
