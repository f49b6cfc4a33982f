/** Builds the application; `serve.ts` serves its build, `dev.ts` serves it with live reload. */
import { App, staticFiles } from "fresh";
import { createServices } from "./lib/app.ts";
import { readConfig } from "./lib/config.ts";
import type { State } from "./lib/http/state.ts";
import { unmatchedPaths } from "./lib/http/unmatched_paths.ts";
import { withServices } from "./lib/http/with_services.ts";
import type { Services } from "./lib/services.ts";

let opened: Promise<Services> | null = null;

/** The services of this process, opened at the first call: a build imports this module too. */
export function services(): Promise<Services> {
  return opened ??= createServices(readConfig(), { callApi: (request) => handle(request) });
}

/** The application. The services come first, so that assets get the security headers too. */
export const app = new App<State>()
  .use(async (ctx) => await withServices(await services())(ctx))
  .use(staticFiles())
  .use(unmatchedPaths())
  .fsRoutes();

/** What the network would do with a request of this machine. */
async function handle(request: Request): Promise<Response> {
  return await app.handler()(request, {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    completed: Promise.resolve(),
  });
}
