import { ok } from "../../../../lib/http/answers.ts";
import { markReadSpec } from "../../../../lib/http/contract/messages.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  PUT: endpoint(markReadSpec, async ({ services, user, params, body }) => {
    const { readSeq, unreadCount } = await services.chat.markRead(
      user.userId,
      params.id,
      body.upTo,
    );
    return ok({ readSeq, unreadCount });
  }),
});
