import { ok } from "../../../lib/http/answers.ts";
import { listConversationsSpec } from "../../../lib/http/contract/messages.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(listConversationsSpec, async ({ services, user, query }) => {
    await services.rooms.joinNamed(user.userId, user.rooms);
    const { conversations, after } = await services.chat.listConversations(user.userId, query);
    return ok(conversations.map(({ rev: _, ...conversation }) => conversation), {
      before: null,
      after,
    });
  }),
});
