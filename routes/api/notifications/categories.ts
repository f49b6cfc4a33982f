import { ok } from "../../../lib/http/answers.ts";
import { categoriesSpec, setCategoriesSpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(
    categoriesSpec,
    async ({ services }) => ok(await services.preferences.categories()),
  ),
  PUT: endpoint(
    setCategoriesSpec,
    async ({ services, body }) => ok(await services.preferences.setCategories(body)),
  ),
});
