import { created, ok } from "../../../lib/http/answers.ts";
import { sendMessageSpec } from "../../../lib/http/contract/messages.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(sendMessageSpec, async ({ services, user, body }) => {
    const sent = await services.chat.send(user.userId, body);
    return sent.created ? created(sent.message) : ok(sent.message);
  }),
});
