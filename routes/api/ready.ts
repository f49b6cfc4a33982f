import { ok } from "../../lib/http/answers.ts";
import { readySpec } from "../../lib/http/contract/system.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { define } from "../../lib/http/state.ts";
import { AppError } from "../../lib/shared/errors.ts";

export const handler = define.handlers({
  GET: endpoint(readySpec, async ({ services }) => {
    if (services.draining()) throw notReady("the server is going down");
    if (!await services.store.reachable()) throw notReady("the store takes no reads or no writes");
    return ok({ status: "ready" });
  }),
});

function notReady(reason: string): AppError {
  return new AppError("unavailable", `Cannot serve: ${reason}`, { retryAfter: 5 });
}
