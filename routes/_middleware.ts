import { csp } from "fresh";
import { apiFailures } from "../lib/http/api_failures.ts";
import { authenticate } from "../lib/http/authenticate.ts";
import { requireOwnOrigin } from "../lib/http/own_origin.ts";
import { limitPages } from "../lib/http/page_limit.ts";
import { pageDirectives } from "../lib/http/security_headers.ts";
import { define, type State } from "../lib/http/state.ts";
import { busyPage } from "./(_components)/ErrorPage.tsx";

/** What `withServices` has not done yet: the page's nonce, JSON failures, who asks, how often, from where. */
export default define.middleware([
  csp<State>({ useNonce: true, csp: [...pageDirectives] }),
  apiFailures(),
  authenticate(),
  limitPages(busyPage),
  requireOwnOrigin(),
]);
