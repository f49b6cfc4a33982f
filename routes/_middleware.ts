import { csp } from "fresh";
import { apiFailures } from "../lib/http/api_failures.ts";
import { authenticate } from "../lib/http/authenticate.ts";
import { requireOwnOrigin } from "../lib/http/own_origin.ts";
import { pageDirectives } from "../lib/http/security_headers.ts";
import { define, type State } from "../lib/http/state.ts";

/** What `withServices` has not done yet: the page's nonce, JSON failures, who asks, from where. */
export default define.middleware([
  csp<State>({ useNonce: true, csp: [...pageDirectives] }),
  apiFailures(),
  authenticate(),
  requireOwnOrigin(),
]);
