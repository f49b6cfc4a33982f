import { ok } from "../../../../lib/http/answers.ts";
import { listDevicesSpec } from "../../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(
    listDevicesSpec,
    async ({ services, user }) => ok(await services.push.listDevices(user.userId)),
  ),
});
