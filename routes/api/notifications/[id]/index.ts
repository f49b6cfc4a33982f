import { noContent } from "../../../../lib/http/answers.ts";
import { cancelNotificationSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";
import { AppError } from "../../../../lib/shared/errors.ts";

export const handler = define.handlers({
  DELETE: endpoint(cancelNotificationSpec, async ({ services, principal, params }) => {
    if (principal === null) throw new AppError("unauthenticated", "Cannot cancel: nobody asks");
    await services.notifications.cancel(principal, params.id);
    return noContent();
  }),
});
