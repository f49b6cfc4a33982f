import { created, noContent } from "../../../lib/http/answers.ts";
import { callerOf } from "../../../lib/http/caller.ts";
import { subscribeSpec, unsubscribeSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(subscribeSpec, async ({ ctx, services, user, body }) => {
    const { userId, sessionId } = user;
    const deviceId = await services.push.subscribe(userId, body, callerOf(ctx), sessionId);
    return created({ deviceId });
  }),
  DELETE: endpoint(unsubscribeSpec, async ({ services, user, body }) => {
    await services.push.unsubscribe(user.userId, body.endpoint);
    return noContent();
  }),
});
