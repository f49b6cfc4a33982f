import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createRestWorld } from "../testing/rest_world.ts";
import { contract } from "./contract/mod.ts";
import { openApiDocument } from "./openapi.ts";
import type { EndpointSpec } from "./spec.ts";

type Json = Record<string, unknown>;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const routesRoot = new URL("../../routes/", import.meta.url);

/** What the files under `routes/api` answer: `GET /api/users/{id}`. */
async function routesThatExist(): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: URL, path: string): Promise<void> => {
    for await (const entry of Deno.readDir(folder)) {
      const url = new URL(
        `${encodeURIComponent(entry.name)}${entry.isDirectory ? "/" : ""}`,
        folder,
      );
      if (entry.isDirectory) {
        const group = entry.name.startsWith("(");
        await walk(url, group ? path : `${path}/${segment(entry.name)}`);
        continue;
      }
      const name = entry.name.replace(/\.tsx?$/, "");
      if (name.startsWith("_") || name.startsWith("[...")) continue;
      const route = name === "index" ? path : `${path}/${segment(name)}`;
      const module = await import(url.href);
      const handlers = module.handler ?? module.handlers;
      for (const method of METHODS) if (method in handlers) found.push(`${method} ${route}`);
    }
  };
  await walk(new URL("api/", routesRoot), "/api");
  return found.sort();
}

const segment = (name: string) => name.replace(/^\[(\w+)\]$/, "{$1}");
const nameOf = (spec: EndpointSpec) => `${spec.method} ${spec.path}`;
const operations = () => contract.map((spec) => [spec, describe(spec)] as const);

const paths = openApiDocument(contract, "1.2.3").paths as Record<string, Record<string, Json>>;

function describe(spec: EndpointSpec): Json {
  const operation = paths[spec.path]?.[spec.method.toLowerCase()];
  assert.ok(operation, `${nameOf(spec)} is not described`);
  return operation;
}

Deno.test("OpenAPI: describes each route that exists, and no other", async () => {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  ).sort();
  assert.deepEqual(described, await routesThatExist());
  assert.deepEqual(described, contract.map(nameOf).sort());
});

Deno.test("contract: every method and path stands in it once", () => {
  assert.equal(new Set(contract.map(nameOf)).size, contract.length);
});

Deno.test("contract: the parameters of a path are those of its schema", () => {
  for (const [spec, operation] of operations()) {
    const inPath = [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    const described = (operation.parameters as Json[]).filter((one) => one.in === "path")
      .map((one) => one.name).sort();
    assert.deepEqual(described, inPath, nameOf(spec));
  }
});

Deno.test("contract: what has content says of what shape, what needs nobody says so", () => {
  for (const [spec, operation] of operations()) {
    const hasContent = !spec.status.some((status) => [101, 204].includes(status));
    assert.equal(spec.data !== undefined, hasContent, nameOf(spec));
    assert.equal((operation.security as Json[]).length > 0, spec.access.kind !== "public");
    assert.ok(["POST", "PUT", "PATCH", "DELETE"].includes(spec.method) || !spec.body, nameOf(spec));
  }
});

Deno.test("OpenAPI: every reference leads somewhere, every operation has a name of its own", () => {
  const document = openApiDocument(contract, "1.2.3");
  const schemas = (document.components as { schemas: Json }).schemas;
  const text = JSON.stringify(document);
  const refs = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1] ?? "");
  assert.ok(refs.length > 0);
  for (const ref of refs) {
    assert.ok(ref.startsWith("#/components/schemas/"), ref);
    assert.ok(ref.slice("#/components/schemas/".length) in schemas, ref);
  }
  const ids = operations().map(([, operation]) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(!text.includes("$schema"));
});

Deno.test("GET /api/openapi.json: the document itself, of the application's version", async () => {
  await using world = await createRestWorld();
  const { status, headers, json } = await world.ask("GET", "/api/openapi.json");
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  assert.equal(json.openapi, "3.1.0");
  const manifest = JSON.parse(
    await Deno.readTextFile(fileURLToPath(new URL("../deno.json", routesRoot))),
  );
  assert.equal(json.info.version, manifest.version);
  assert.deepEqual(json.paths, JSON.parse(JSON.stringify(paths)));
});

Deno.test("OpenAPI: schemas refuse what requests refuse", () => {
  const document = openApiDocument(contract, "1.2.3");
  const schemas = (document.components as { schemas: Record<string, Json> }).schemas;
  const register = schemas.postAuthRegisterBody;
  assert.equal(register?.additionalProperties, false);
  assert.deepEqual([...register?.required as string[]].sort(), ["email", "name", "password"]);
});

Deno.test("OpenAPI: an operation names the failures of its own, and when its body may be left out", () => {
  const failuresOf = (method: string, path: string) =>
    Object.keys(paths[path]?.[method]?.responses as Json).filter((status) => Number(status) >= 400);
  const frame = ["400", "401", "403", "413", "415", "429", "500", "503"];
  assert.deepEqual(failuresOf("post", "/api/notifications"), [...frame, "404", "422"].sort());
  assert.deepEqual(failuresOf("post", "/api/messages"), [...frame, "404"].sort());
  assert.ok(failuresOf("put", "/api/rooms/{id}/members/{userId}").includes("409"));
  assert.ok(failuresOf("get", "/api/socket").includes("401"));
  assert.ok(!failuresOf("get", "/api/users/me").includes("409"));
  const requiresBody = (method: string, path: string) =>
    (paths[path]?.[method]?.requestBody as Json | undefined)?.required;
  assert.equal(requiresBody("post", "/api/messages"), true);
  assert.equal(requiresBody("put", "/api/messages/read/{id}"), false);
});

Deno.test("access: every endpoint that is not public refuses strangers with 401", async () => {
  await using world = await createRestWorld();
  for (const spec of contract) {
    if (spec.access.kind === "public") continue;
    const path = spec.path.replace(/\{\w+\}/g, "some-id");
    const { status, json } = await world.ask(spec.method, path, {
      body: spec.body ? {} : undefined,
    });
    assert.deepEqual([status, json.error.code], [401, "unauthenticated"], nameOf(spec));
  }
});
