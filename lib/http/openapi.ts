/** The OpenAPI 3.1 document, made of the contract's own schemas. */
import { z } from "zod";
import { apiKeySchema } from "../shared/api_key_schema.ts";
import { errorStatus } from "../shared/errors.ts";
import {
  conversationSchema,
  messageSchema,
  roomMemberSchema,
  roomSchema,
} from "../shared/message_schema.ts";
import { deviceSchema, notificationSchema } from "../shared/notification_schema.ts";
import { pageSchema } from "../shared/basics.ts";
import { personSchema, sessionSchema, userSchema } from "../shared/user_schema.ts";
import type { Access, EndpointSpec } from "./spec.ts";

type Json = Record<string, unknown>;

/** Schemas that have a name of their own in the document. */
const NAMED: Record<string, z.ZodType> = {
  Person: personSchema,
  User: userSchema,
  Session: sessionSchema,
  ApiKey: apiKeySchema,
  Message: messageSchema,
  Conversation: conversationSchema,
  Room: roomSchema,
  RoomMember: roomMemberSchema,
  Notification: notificationSchema,
  Device: deviceSchema,
  Page: pageSchema,
};

const failureSchema = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({
    code: z.enum([...Object.keys(errorStatus), "method_not_allowed"]),
    message: z.string(),
    requestId: z.string(),
    issues: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  }),
});

const ref = (id: string) => `#/components/schemas/${id}`;
const convert = { uri: ref, unrepresentable: "any" } as const;

/** Describes `contract`; `version` is the application's. */
export function openApiDocument(contract: readonly EndpointSpec[], version: string): Json {
  const answers = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...NAMED, Failure: failureSchema })) {
    answers.add(schema, { id });
  }
  for (const spec of contract) {
    if (spec.data && !answers.has(spec.data)) answers.add(spec.data, { id: `${idOf(spec)}Data` });
  }
  const bodies = z.registry<{ id: string }>();
  for (const spec of contract) {
    if (spec.body && !bodies.has(spec.body)) bodies.add(spec.body, { id: `${idOf(spec)}Body` });
  }
  const paths: Record<string, Json> = {};
  for (const spec of contract) {
    const path = paths[spec.path] ??= {};
    path[spec.method.toLowerCase()] = operation(spec, {
      data: spec.data ? ref(answers.get(spec.data)?.id ?? "") : null,
      body: spec.body ? ref(bodies.get(spec.body)?.id ?? "") : null,
    });
  }
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "SkillLink Realtime",
      version,
      description:
        "Live notifications, web push and chat. JSON in UTF-8; unknown body fields are " +
        "refused; times are ISO 8601 UTC; ids are opaque.",
      license: { name: "MIT", identifier: "MIT" },
    },
    security: [],
    paths,
    components: {
      schemas: {
        ...plain(z.toJSONSchema(answers, { ...convert, io: "output" }).schemas),
        ...plain(z.toJSONSchema(bodies, { ...convert, io: "input" }).schemas),
      },
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "skilllink_session",
          description: "Set by sign-in. Every write must carry the app's own Origin.",
        },
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A JWT of ours or of the host platform, or an API key (`sk_…`).",
        },
      },
    },
  };
}

/** The name of an operation: `GET /api/users/{id}` is `getUsersById`. */
function idOf({ method, path }: EndpointSpec): string {
  const words = path.replace(/^\/api\//, "").split(/[/.-]/).map((part) => {
    const name = part.replace(/[{}]/g, "");
    const word = name.charAt(0).toUpperCase() + name.slice(1);
    return part.startsWith("{") ? `By${word}` : word;
  });
  return method.toLowerCase() + words.join("");
}

function operation(spec: EndpointSpec, refs: { data: string | null; body: string | null }): Json {
  return {
    operationId: idOf(spec),
    summary: spec.summary,
    tags: [spec.tag],
    security: securityOf(spec.access),
    ...accessNote(spec.access),
    parameters: parametersOf(spec),
    ...(refs.body === null ? {} : {
      requestBody: {
        // A body whose fields are all optional may be left out.
        required: !spec.body?.safeParse({}).success,
        content: { "application/json": { schema: { $ref: refs.body } } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        spec.status.map((status) => [status, success(spec, status, refs.data)]),
      ),
      ...Object.fromEntries(failuresOf(spec).map((status) => [status, failure(status)])),
    },
  };
}

function securityOf(access: Access): Json[] {
  return access.kind === "public" ? [] : [{ session: [] }, { bearer: [] }];
}

function accessNote(access: Access): Json {
  if (access.kind !== "role") return {};
  const scope = access.scope ? `, or an API key with the scope \`${access.scope}\`` : "";
  return { description: `For the roles ${access.roles.join(", ")}${scope}.` };
}

function parametersOf(spec: EndpointSpec): Json[] {
  const parameters: Json[] = [];
  for (const [where, schema] of [["path", spec.params], ["query", spec.query]] as const) {
    if (!schema) continue;
    const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    for (const [name, property] of Object.entries(json.properties ?? {})) {
      const required = where === "path" || (json.required ?? []).includes(name);
      parameters.push({ name, in: where, required, schema: property });
    }
  }
  for (const [name, description] of Object.entries(spec.headers ?? {})) {
    parameters.push({
      name,
      in: "header",
      required: false,
      description,
      schema: { type: "string" },
    });
  }
  return parameters;
}

function success(spec: EndpointSpec, status: number, data: string | null): Json {
  if (status === 204) return { description: "Done" };
  if (status === 101) return { description: "Switching to the socket protocol" };
  const schema: Json = spec.bare ? { $ref: data } : {
    type: "object",
    properties: {
      success: { const: true },
      ...(data === null ? {} : { data: { $ref: data } }),
      ...Object.fromEntries(
        Object.entries(spec.also ?? {}).map(([name, field]) => [
          name,
          plain(z.toJSONSchema(field, { io: "output", unrepresentable: "any" })),
        ]),
      ),
      ...(spec.paged ? { page: { $ref: ref("Page") } } : {}),
    },
    required: [
      "success",
      ...(data === null ? [] : ["data"]),
      ...Object.keys(spec.also ?? {}),
      ...(spec.paged ? ["page"] : []),
    ],
    additionalProperties: false,
  };
  return {
    description: status === 201 ? "Made" : "Done",
    content: { "application/json": { schema } },
  };
}

/** Failures that the frame itself can answer with, and those of the handler. */
function failuresOf(spec: EndpointSpec): number[] {
  const statuses = new Set([429, 500, 503, ...spec.failures ?? []]);
  if (spec.access.kind !== "public") statuses.add(401).add(403);
  if (spec.method !== "GET") statuses.add(403);
  if (spec.params) statuses.add(404);
  if (spec.query) statuses.add(400);
  if (spec.body) { for (const status of [400, 413, 415]) statuses.add(status); }
  return [...statuses].sort((a, b) => a - b);
}

function failure(status: number): Json {
  const codes = Object.entries(errorStatus).filter(([, own]) => own === status).map(([code]) =>
    code
  );
  const retry = status === 429 || status === 503;
  return {
    description: codes.join(", "),
    ...(retry
      ? {
        headers: { "Retry-After": { schema: { type: "integer" }, description: "Seconds to wait" } },
      }
      : {}),
    content: { "application/json": { schema: { $ref: ref("Failure") } } },
  };
}

/** Leaves out what belongs to a schema document of its own. */
function plain<T extends object>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => key === "$schema" || key === "$id" ? undefined : inner),
  );
}
