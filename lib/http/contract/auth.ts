/** The contract of `/api/auth`, `/api/keys` and socket tickets. */
import { z } from "zod";
import {
  apiKeySchema,
  createApiKeyBody,
  createdApiKeySchema,
} from "../../shared/api_key_schema.ts";
import { idSchema } from "../../shared/basics.ts";
import {
  loginBody,
  registerBody,
  sessionSchema,
  signedInSchema,
} from "../../shared/user_schema.ts";
import { type EndpointSpec, spec } from "../spec.ts";

export const registerSpec = spec({
  method: "POST",
  path: "/api/auth/register",
  summary: "Make an account and sign in; 409 when the e-mail address has one",
  tag: "auth",
  access: { kind: "public" },
  body: registerBody,
  status: [201],
  failures: [409],
  data: signedInSchema,
});

export const loginSpec = spec({
  method: "POST",
  path: "/api/auth/login",
  summary: "Sign in; sets the session cookie",
  tag: "auth",
  access: { kind: "public" },
  body: loginBody,
  status: [200],
  failures: [401],
  data: signedInSchema,
});

export const logoutSpec = spec({
  method: "POST",
  path: "/api/auth/logout",
  summary: "End the session that asks, its sockets too",
  tag: "auth",
  access: { kind: "user" },
  status: [204],
});

export const listSessionsSpec = spec({
  method: "GET",
  path: "/api/auth/sessions",
  summary: "Where this account is signed in, the one that was used last first",
  tag: "auth",
  access: { kind: "user" },
  status: [200],
  data: z.array(sessionSchema),
});

export const revokeSessionSpec = spec({
  method: "DELETE",
  path: "/api/auth/sessions/{id}",
  summary: "Sign one session out, its sockets too",
  tag: "auth",
  access: { kind: "user" },
  params: z.object({ id: idSchema }),
  status: [204],
});

export const createTicketSpec = spec({
  method: "POST",
  path: "/api/socket/ticket",
  summary: "A ticket that opens one socket within 60 s, as the subprotocol `ticket.<ticket>`",
  tag: "auth",
  access: { kind: "user" },
  status: [200],
  data: z.strictObject({ ticket: z.string() }),
  limit: "ticket",
});

export const createKeySpec = spec({
  method: "POST",
  path: "/api/keys",
  summary: "Make an API key for another service; the key is told this once",
  tag: "auth",
  access: { kind: "role", roles: ["admin"] },
  body: createApiKeyBody,
  status: [201],
  failures: [409],
  data: createdApiKeySchema,
  limit: "keys",
});

export const listKeysSpec = spec({
  method: "GET",
  path: "/api/keys",
  summary: "The API keys, without what they open with",
  tag: "auth",
  access: { kind: "role", roles: ["admin"] },
  status: [200],
  data: z.array(apiKeySchema),
});

export const revokeKeySpec = spec({
  method: "DELETE",
  path: "/api/keys/{id}",
  summary: "Revoke an API key",
  tag: "auth",
  access: { kind: "role", roles: ["admin"] },
  params: z.object({ id: idSchema }),
  status: [204],
});

/** Every endpoint under this tag. */
export const auth: readonly EndpointSpec[] = [
  registerSpec,
  loginSpec,
  logoutSpec,
  listSessionsSpec,
  revokeSessionSpec,
  createTicketSpec,
  createKeySpec,
  listKeysSpec,
  revokeKeySpec,
];
