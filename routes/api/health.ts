import { ok } from "../../lib/http/answers.ts";
import { healthSpec } from "../../lib/http/contract/system.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { define } from "../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(healthSpec, () => ok({ status: "ok" })),
});
