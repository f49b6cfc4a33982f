/** WebSockets of Fresh. Imports public names only, so that it runs against Fresh as well. */
import { App, HttpError } from "fresh";
import { deepEqual, equal } from "node:assert/strict";
import { serveHandler } from "./testdata/serve.ts";

/** Opens a socket, sends a text and returns what came until it was closed. */
async function talk(origin: string, path: string, protocols?: string): Promise<string[]> {
  const heard: string[] = [];
  const socket = new WebSocket(origin.replace("http", "ws") + path, protocols);
  const closed = Promise.withResolvers<void>();
  socket.onopen = () => socket.send("hello");
  socket.onmessage = ({ data }) => {
    heard.push(String(data));
    if (String(data).startsWith("echo")) socket.close(4001, "done");
  };
  socket.onclose = ({ code }) => {
    heard.push(`closed ${code} ${socket.protocol}`.trim());
    closed.resolve();
  };
  await closed.promise;
  return heard;
}

Deno.test("App.ws calls its handlers", async () => {
  const ended = Promise.withResolvers<string>();
  const app = new App().ws("/ws", {
    open: (socket) => socket.send("welcome"),
    message: (socket, event) => socket.send(`echo ${event.data}`),
    close: (_socket, code, reason) => ended.resolve(`${code} ${reason}`),
  }, { idleTimeout: 30, protocol: "test" });
  await using server = serveHandler(app.handler());
  deepEqual(await talk(server.origin, "/ws", "test"), [
    "welcome",
    "echo hello",
    "closed 4001 test",
  ]);
  equal(await ended.promise, "4001 done");
});

Deno.test("ctx.upgrade takes handlers and returns a response, or returns the socket", async () => {
  const app = new App()
    .get(
      "/managed",
      (ctx) => ctx.upgrade({ message: (socket, event) => socket.send(`echo ${event.data}`) }),
    )
    .get("/bare", (ctx) => {
      const { socket, response } = ctx.upgrade({ idleTimeout: 30 });
      socket.onmessage = ({ data }) => socket.send(`echo bare ${data}`);
      return response;
    });
  await using server = serveHandler(app.handler());
  deepEqual(await talk(server.origin, "/managed"), ["echo hello", "closed 4001"]);
  deepEqual(await talk(server.origin, "/bare"), ["echo bare hello", "closed 4001"]);
});

Deno.test("ctx.upgrade throws HttpError 400 for a request that is no upgrade", async () => {
  let status = 0;
  const handler = new App()
    .ws("/ws", {})
    .get("/caught", (ctx) => {
      try {
        return ctx.upgrade().response;
      } catch (error) {
        status = error instanceof HttpError ? error.status : -1;
        return ctx.text("caught");
      }
    })
    .handler();
  equal((await handler(new Request("http://localhost/ws"))).status, 400);
  await handler(new Request("http://localhost/caught"));
  equal(status, 400);
});
