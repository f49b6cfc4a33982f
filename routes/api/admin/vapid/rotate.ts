import { ok } from "../../../../lib/http/answers.ts";
import { rotateVapidSpec } from "../../../../lib/http/contract/admin.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(
    rotateVapidSpec,
    async ({ services, body }) => ok({ publicKey: await services.push.rotateKey(body.publicKey) }),
  ),
});
