import { App, csp, staticFiles } from "fresh";
import type { State } from "./define.ts";

export const app = new App<State>()
  .use(csp({ useNonce: true }))
  .use(staticFiles())
  .use((ctx) => {
    ctx.state.trail = ["main"];
    return ctx.next();
  })
  .fsRoutes();
