import { noContent } from "../../../lib/http/answers.ts";
import { revokeKeySpec } from "../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  DELETE: endpoint(revokeKeySpec, async ({ services, params }) => {
    await services.apiKeys.revoke(params.id);
    return noContent();
  }),
});
