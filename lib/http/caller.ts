/** What is known of the caller's device. */
import type { FreshContext } from "fresh";
import type { Caller } from "../identity/types.ts";
import type { State } from "./state.ts";

/** User agent and address of a request. */
export function callerOf(ctx: FreshContext<State>): Caller {
  return { userAgent: ctx.req.headers.get("user-agent") ?? "", address: ctx.state.address };
}
