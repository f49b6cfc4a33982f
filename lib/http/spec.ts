/**
 * What a route promises, as data: the schemas that check a request are the ones that the OpenAPI
 * document is made of, so the two can't differ.
 */
import type { z } from "zod";
import type { Scope } from "../identity/types.ts";
import type { Role } from "../shared/user_schema.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call: everybody, whoever is signed in, or one of these roles and key scopes. */
export type Access =
  | { kind: "public" }
  | { kind: "user" }
  | { kind: "role"; roles: readonly Role[]; scope?: Scope };

/** One route of the contract. */
export interface EndpointSpec<
  B extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  P extends z.ZodType = z.ZodType,
  A extends Access = Access,
> {
  method: Method;
  /** As in the contract, with `{name}` for parameters: `/api/messages/{messageId}`. */
  path: string;
  summary: string;
  tag: "auth" | "users" | "messages" | "rooms" | "notifications" | "system";
  access: A;
  body?: B;
  query?: Q;
  /** Keys are the parameters of the path; a parameter that does not fit is 404. */
  params?: P;
  /** Request headers that the handler reads, by name, with what each is for. */
  headers?: Record<string, string>;
  /** Statuses of success, the usual one first; 204 has no body. */
  status: readonly number[];
  /** Statuses of failures that the handler adds to those of the frame (access, limits, input). */
  failures?: readonly number[];
  /** Schema of `data` in a success. */
  data?: z.ZodType;
  /** Fields that stand beside `data` in a success. */
  also?: Record<string, z.ZodType>;
  /** True when the answer carries `page`. */
  paged?: boolean;
  /** True when the answer is not the success envelope but `data` as it is. */
  bare?: boolean;
  /** Name of the rate limit (`rate_limits.ts`) that a call takes from, beside the general one. */
  limit?: string;
  /** True: no limit at all, for probes, whose failure would take the server out of service. */
  unlimited?: boolean;
}

/** Identity function that keeps the schemas' types. */
export function spec<
  B extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  P extends z.ZodType = z.ZodUndefined,
  const A extends Access = Access,
>(value: EndpointSpec<B, Q, P, A>): EndpointSpec<B, Q, P, A> {
  return value;
}
