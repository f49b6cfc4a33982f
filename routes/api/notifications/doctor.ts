import { ok } from "../../../lib/http/answers.ts";
import { doctorSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(
    doctorSpec,
    async ({ services, user }) => ok(await services.notifications.doctor(user.userId)),
  ),
});
