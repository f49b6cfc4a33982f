import { noContent, ok } from "../../../../lib/http/answers.ts";
import { changeDeviceSpec, removeDeviceSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  PATCH: endpoint(
    changeDeviceSpec,
    async ({ services, user, params, body }) =>
      ok(await services.push.setEnabled(user.userId, params.id, body.enabled)),
  ),
  DELETE: endpoint(removeDeviceSpec, async ({ services, user, params }) => {
    await services.push.removeDevice(user.userId, params.id);
    return noContent();
  }),
});
