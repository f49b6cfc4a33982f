import { noContent } from "../../../../lib/http/answers.ts";
import { removeDeviceSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  DELETE: endpoint(removeDeviceSpec, async ({ services, user, params }) => {
    await services.push.removeDevice(user.userId, params.id);
    return noContent();
  }),
});
