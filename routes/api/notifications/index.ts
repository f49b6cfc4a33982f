import { created, ok } from "../../../lib/http/answers.ts";
import {
  listNotificationsSpec,
  sendNotificationSpec,
} from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { readNotifyRequest, renameIssues } from "../../../lib/http/notify_request.ts";
import { define } from "../../../lib/http/state.ts";
import { AppError } from "../../../lib/shared/errors.ts";

export const handler = define.handlers({
  GET: endpoint(listNotificationsSpec, async ({ services, user, query }) => {
    const { notifications, before, ...counts } = await services.notifications
      .list(user.userId, query);
    return ok(notifications, { before: before?.toString() ?? null, after: null }, counts);
  }),
  POST: endpoint(sendNotificationSpec, async ({ ctx, services, principal, body }) => {
    if (principal === null) throw new AppError("unauthenticated", "Cannot send: nobody asks");
    const { input, idempotencyKey } = readNotifyRequest(body, ctx.req.headers);
    try {
      return created(await services.notifications.send(principal, input, idempotencyKey));
    } catch (error) {
      throw renameIssues(error, body);
    }
  }),
});
