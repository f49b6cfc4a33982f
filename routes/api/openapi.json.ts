import manifest from "../../deno.json" with { type: "json" };
import { ok } from "../../lib/http/answers.ts";
import { contract } from "../../lib/http/contract/mod.ts";
import { openApiSpec } from "../../lib/http/contract/system.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { openApiDocument } from "../../lib/http/openapi.ts";
import { define } from "../../lib/http/state.ts";

let document: Record<string, unknown> | null = null;

export const handler = define.handlers({
  GET: endpoint(openApiSpec, () => ok(document ??= openApiDocument(contract, manifest.version))),
});
