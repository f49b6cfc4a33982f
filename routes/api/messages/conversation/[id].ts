import { ok } from "../../../../lib/http/answers.ts";
import { historySpec } from "../../../../lib/http/contract/messages.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(historySpec, async ({ services, user, params, query }) => {
    const { messages, before, after } = await services.chat.history(user.userId, params.id, query);
    return ok(messages, { before: before?.toString() ?? null, after: after?.toString() ?? null });
  }),
});
