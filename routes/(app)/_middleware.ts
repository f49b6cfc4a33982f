import { pageErrors, requireSignedIn } from "../../lib/http/signed_in.ts";
import { define } from "../../lib/http/state.ts";

export default define.middleware([pageErrors(), requireSignedIn()]);
