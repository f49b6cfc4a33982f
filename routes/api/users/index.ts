import { ok } from "../../../lib/http/answers.ts";
import { searchPeopleSpec } from "../../../lib/http/contract/users.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(searchPeopleSpec, async ({ services, query }) => {
    const { people, after } = await services.users.search(query.query, query);
    return ok(people, { before: null, after });
  }),
});
