import { App, csp, staticFiles } from "fresh";
import type { State } from "./define.ts";

export const app = new App<State>()
  .use(csp({ useNonce: true }))
  .use(staticFiles())
  .use((ctx) => {
    ctx.state.trail = ["main"];
    return ctx.next();
  })
  .ws("/ws", {
    open: (socket) => socket.send("welcome"),
    message: (socket, event) => socket.send(`echo ${event.data}`),
  })
  .fsRoutes();
