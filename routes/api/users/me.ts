import { ok } from "../../../lib/http/answers.ts";
import { getMeSpec, updateMeSpec } from "../../../lib/http/contract/users.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(getMeSpec, async ({ services, user }) => {
    const me = await services.users.requireUser(user.userId);
    // A host platform's token may carry another role than the stored one.
    return ok({ ...me, role: user.role });
  }),
  PATCH: endpoint(updateMeSpec, async ({ services, user, body }) => {
    const me = await services.users.updateMe(user.userId, body);
    return ok({ ...me, role: user.role });
  }),
});
