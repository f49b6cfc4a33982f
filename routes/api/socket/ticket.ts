import { ok } from "../../../lib/http/answers.ts";
import { createTicketSpec } from "../../../lib/http/contract/auth.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  POST: endpoint(
    createTicketSpec,
    async ({ services, user }) => ok({ ticket: await services.auth.createTicket(user) }),
  ),
});
