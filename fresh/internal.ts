/** What the generated `_fresh/server.js` uses. Not for applications. */
export { createServer, type ServerBuild } from "./server_build.ts";
