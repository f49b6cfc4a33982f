/** The frame around every REST handler: access, limits, input, envelope. Failures are thrown. */
import type { FreshContext } from "fresh";
import type { z } from "zod";
import { AppError } from "../shared/errors.ts";
import { networkOf } from "../shared/network.ts";
import type { Principal } from "../identity/types.ts";
import type { Services } from "../services.ts";
import { requireAccess, type UserOf } from "./access.ts";
import { type Answer, toResponse } from "./answers.ts";
import { decodeParams, parseInput, queryObject, readJson } from "./request_input.ts";
import type { Access, EndpointSpec } from "./spec.ts";
import type { State } from "./state.ts";

/** What a handler gets: everything checked by the endpoint's spec. */
export interface Call<B, Q, P, U> {
  ctx: FreshContext<State>;
  services: Services;
  principal: Principal | null;
  /** The person who calls; null for an API key, and for a stranger where strangers may call. */
  user: U;
  body: B;
  query: Q;
  params: P;
}

/**
 * A Fresh handler that does what `spec` promises and then calls `handle`. Order of the refusals:
 * 401, 403, 429, 404 (path parameter), 400 (query), 415, 413, 400 (body).
 */
export function endpoint<
  B extends z.ZodType,
  Q extends z.ZodType,
  P extends z.ZodType,
  A extends Access,
>(
  spec: EndpointSpec<B, Q, P, A>,
  handle: (
    call: Call<z.output<B>, z.output<Q>, z.output<P>, UserOf<A>>,
  ) => Answer | Promise<Answer>,
): (ctx: FreshContext<State>) => Promise<Response> {
  return async (ctx) => {
    const { services, principal } = ctx.state;
    requireAccess(spec.access, principal);
    const user = principal?.kind === "user" ? principal : null;
    // A key without a person passes only where the spec names a scope, and then `user` may be null.
    if (spec.access.kind === "user" && user === null) {
      throw new AppError("forbidden", "Cannot do this: an API key is nobody's account");
    }
    const subject = subjectOf(principal, ctx.state.address);
    if (!spec.unlimited) services.limits.take("api", subject);
    if (spec.limit) services.limits.take(spec.limit, subject);
    const params = spec.params ? parseParams(spec.params, ctx.params) : undefined;
    const query = spec.query
      ? parseInput(spec.query, queryObject(ctx.url.searchParams), "query")
      : undefined;
    const body = spec.body ? parseInput(spec.body, await readJson(ctx.req), "body") : undefined;
    // What another server has answered is read here as well, also by who asks both in turn.
    if (spec.method === "GET" && principal) await services.caughtUp();
    const answer = await handle({
      ctx,
      services,
      principal,
      // The checks above make these what the types say.
      user: user as UserOf<A>,
      body: body as z.output<B>,
      query: query as z.output<Q>,
      params: params as z.output<P>,
    });
    return toResponse(answer, spec.bare);
  };
}

/** Whom a limit counts: the person, the key, or the network of a stranger. */
export function subjectOf(principal: Principal | null, address: string): string {
  if (principal === null) return `a:${networkOf(address)}`;
  return principal.kind === "user" ? `u:${principal.userId}` : `k:${principal.keyId}`;
}

function parseParams<P extends z.ZodType>(schema: P, params: Record<string, string>): z.output<P> {
  const parsed = schema.safeParse(decodeParams(params));
  if (parsed.success) return parsed.data;
  // What can't be an id names nothing, and that is all that is told (R8).
  throw new AppError("not_found", "Cannot find it: no such thing");
}
