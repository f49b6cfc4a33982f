/** Each row of the contract, asked for real: what it answers is what the OpenAPI document says. */
import assert from "node:assert/strict";
import { z } from "zod";
import { SOCKET_PROTOCOL } from "../shared/limits.ts";
import { ask } from "../testing/ask.ts";
import { type Call, contractCases, createSchool } from "../testing/contract_cases.ts";
import { handshake } from "../testing/raw_socket.ts";
import { contract } from "./contract/mod.ts";
import { openApiDocument } from "./openapi.ts";
import type { EndpointSpec } from "./spec.ts";

type Json = Record<string, unknown>;

/** What a case's `bad` can't say of a row that is public and takes nothing: nothing makes it fail. */
const NEVER_FAILS = new Set([
  "GET /api/health",
  "GET /api/ready",
  "GET /api/openapi.json",
  "GET /api/notifications/vapid-key",
]);
/** Not asked by plain HTTP: see the test of the handshake. */
const SOCKET = "GET /api/socket";

const nameOf = (spec: EndpointSpec) => `${spec.method} ${spec.path}`;

/** A checker of bodies by the document's own schemas. */
function createChecker(document: Json) {
  const local = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll("#/components/schemas/", "#/$defs/"));
  const $defs = local((document.components as { schemas: Json }).schemas);
  const paths = document.paths as Record<string, Record<string, Json>>;
  return (spec: EndpointSpec, status: number, body: unknown, what: string) => {
    const responses = paths[spec.path]?.[spec.method.toLowerCase()]?.responses as Json;
    const response = responses[String(status)] as { content?: Record<string, { schema: Json }> };
    assert.ok(response, `${what}: the document does not know of ${status}`);
    const schema = response.content?.["application/json"]?.schema;
    if (!schema) return assert.equal(body, null, `${what}: there is to be no body`);
    const form = z.fromJSONSchema({ ...local(schema) as Json, $defs } as never);
    const parsed = form.safeParse(body);
    assert.ok(parsed.success, `${what}: ${JSON.stringify(parsed.error?.issues)}`);
  };
}

const pathOf = (spec: EndpointSpec, { params = {}, query = "" }: Call) =>
  spec.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? "")) + query;

Deno.test("contract: each row has a case here, and no case is of a row that is gone", () => {
  assert.deepEqual([...Object.keys(contractCases), SOCKET].sort(), contract.map(nameOf).sort());
});

for (const spec of contract) {
  const name = nameOf(spec);
  const its = contractCases[name];
  if (!its) continue;
  Deno.test(`contract: ${name} answers as OpenAPI says, in success and failure`, async () => {
    await using school = await createSchool();
    const { world } = school;
    const check = createChecker((await ask(world, "GET", "/api/openapi.json")).json);
    const run = async ([status, call]: [number, Call], isGood: boolean) => {
      const answer = await ask(world, spec.method, pathOf(spec, call), call);
      const what = `${name} ${JSON.stringify(call.body ?? "").slice(0, 200)}`;
      assert.equal(answer.status, status, `${what}: ${JSON.stringify(answer.json)}`);
      check(spec, status, answer.json, what);
      const { success, error } = answer.json ?? {};
      if (!isGood) assert.equal(error.requestId, answer.headers.get("x-request-id"), what);
      else if (!spec.bare && answer.json) assert.equal(success, true, what);
    };
    const good = await its.good(school);
    assert.ok(good.length > 0 && spec.status.every((wanted) => good.some(([is]) => is === wanted)));
    for (const each of good) await run(each, true);
    if (NEVER_FAILS.has(name)) return;
    const bad = await its.bad(school);
    assert.ok(bad.length > 0);
    for (const each of bad) await run(each, false);
  });
}

Deno.test("contract: the handshake of the socket answers 101, or 401 as OpenAPI says", async () => {
  await using school = await createSchool();
  const { world, ann } = school;
  const spec = contract.find((one) => nameOf(one) === SOCKET);
  assert.ok(spec);
  const check = createChecker(openApiDocument(contract, "1.0.0"));
  const socket = await world.connect(ann);
  assert.equal(socket.socket.protocol, SOCKET_PROTOCOL);
  for (const authorization of ["Bearer nonsense", ""]) {
    const { status, body, conn } = await handshake(await world.origin(), { authorization });
    conn.close();
    assert.equal(status, 401);
    check(spec, status, JSON.parse(body), SOCKET);
  }
});

Deno.test("contract: answers that differ from the document are found", () => {
  const check = createChecker(openApiDocument(contract, "1.0.0"));
  const spec = contract.find((one) => nameOf(one) === "GET /api/users/me");
  assert.ok(spec);
  const error = { code: "not_found", message: "Cannot", requestId: "r" };
  check(spec, 401, { success: false, error: { ...error, code: "unauthenticated" } }, "right");
  for (
    const [status, body] of [
      [200, { success: true }],
      [200, null],
      [401, { success: false, error: { ...error, more: 1 } }],
      [401, { success: false, error: { ...error, code: "nonsense" } }],
      [418, { success: false, error }],
    ] as const
  ) assert.throws(() => check(spec, status, body, "wrong"), assert.AssertionError);
});
