/** What a request carries through middlewares and handlers. */
import { createDefine } from "fresh";
import type { Principal, UserPrincipal } from "../identity/types.ts";
import type { Services } from "../services.ts";

/** `ctx.state`. */
export interface State {
  services: Services;
  /** In every log line and every failure of this request. */
  requestId: string;
  /** Null: nobody is signed in. */
  principal: Principal | null;
  /** The peer's address; behind a proxy (APP_ORIGIN set) the forwarded one. */
  address: string;
  /** This app's own origin, which cookies' writes must name. */
  origin: string;
  /** BCP 47 tag of the page's language. */
  locale: string;
}

/** Identity helpers that give handlers, pages and middlewares their types. */
export const define = createDefine<State>();
export type { Principal, UserPrincipal };
