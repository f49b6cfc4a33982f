import { created, ok } from "../../../lib/http/answers.ts";
import { createKeySpec, listKeysSpec } from "../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(listKeysSpec, async ({ services }) => ok(await services.apiKeys.list())),
  POST: endpoint(createKeySpec, async ({ services, user, body }) => {
    const { key, info } = await services.apiKeys.create(user.userId, body);
    return created({ ...info, key });
  }),
});
