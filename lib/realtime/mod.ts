/** Realtime: the sockets of this process. */
export { createHub, type HubOptions } from "./hub.ts";
export { createPeers, noPeers, type Peers } from "./peers/peers.ts";
export type { Hub } from "./types.ts";
