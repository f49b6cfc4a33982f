/** Realtime: the sockets of this process. */
export { createHub, type HubOptions } from "./hub.ts";
export type { Hub } from "./types.ts";
