/** The app of the API alone: its real file routes and middlewares, without pages. */
import { App } from "fresh";
import { Builder } from "fresh/dev";
import { fileURLToPath } from "node:url";
import middlewares from "../../routes/_middleware.ts";
import type { State } from "../http/state.ts";
import { withServices } from "../http/with_services.ts";
import type { Services } from "../services.ts";

/** Built once for all worlds of a process. */
let routes: Promise<(app: App<State>) => void> | undefined;

/** The handler of `routes/api` on these services. */
export async function apiHandler(services: Services): Promise<ReturnType<App<State>["handler"]>> {
  routes ??= new Builder({
    root: fileURLToPath(new URL("../../", import.meta.url)),
    routeDir: "routes/api",
    islandDir: "tests/.artifacts/none",
    staticDir: "tests/.artifacts/none",
  }).build({ snapshot: "memory" }) as Promise<(app: App<State>) => void>;
  const app = new App<State>().use(withServices(services)).use(...middlewares).fsRoutes("/api");
  (await routes)(app);
  return app.handler();
}
