import { ok } from "../../../lib/http/answers.ts";
import { preferencesSpec, setPreferencesSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(
    preferencesSpec,
    async ({ services, user }) => ok(await services.preferences.preferences(user.userId)),
  ),
  PUT: endpoint(
    setPreferencesSpec,
    async ({ services, user, body }) =>
      ok(await services.preferences.setPreferences(user.userId, body)),
  ),
});
