import { ok } from "../../../lib/http/answers.ts";
import { testPushSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(
    testPushSpec,
    async ({ services, user }) => ok(await services.push.test(user.userId)),
  ),
});
