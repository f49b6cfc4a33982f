import { apiFailures } from "../../lib/http/api_failures.ts";
import { define } from "../../lib/http/state.ts";

/** Inside of every error page, so that no failure of the API is ever shown as one. */
export default define.middleware(apiFailures());
