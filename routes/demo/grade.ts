import { define } from "../../lib/http/state.ts";
import { AppError } from "../../lib/shared/errors.ts";

/** `POST /demo/grade`: what a learning platform does when an assignment is graded. */
export const handler = define.handlers({
  async POST({ req, state: { services, principal } }) {
    if (principal?.kind !== "user") {
      throw new AppError("unauthenticated", "Cannot grade: sign in to the demo first");
    }
    await services.demo.grade(principal.userId);
    // A form without script goes on to where the notification is.
    return req.headers.get("accept")?.includes("text/html")
      ? new Response(null, { status: 303, headers: { location: "/notifications" } })
      : new Response(null, { status: 204 });
  },
});
