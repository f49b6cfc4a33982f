import { ok } from "../../../lib/http/answers.ts";
import { pushSettingsSpec, setPushSettingsSpec } from "../../../lib/http/contract/admin.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(
    pushSettingsSpec,
    async ({ services }) => ok(await services.preferences.pushSettings()),
  ),
  PUT: endpoint(
    setPushSettingsSpec,
    async ({ services, body }) => ok(await services.preferences.setPushSettings(body)),
  ),
});
