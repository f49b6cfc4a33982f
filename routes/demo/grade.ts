import { define } from "../../lib/http/state.ts";
import { AppError } from "../../lib/shared/errors.ts";

/** `POST /demo/grade`: what a learning platform does when an assignment is graded. */
export const handler = define.handlers({
  async POST({ state: { services, principal } }) {
    if (principal?.kind !== "user") {
      throw new AppError("unauthenticated", "Cannot grade: sign in to the demo first");
    }
    await services.demo.grade(principal.userId);
    return new Response(null, { status: 204 });
  },
});
