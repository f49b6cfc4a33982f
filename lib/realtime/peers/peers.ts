/** The other servers on the same store: who is connected there, and who types there. */
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { keys } from "../../kv/keys.ts";
import { RepairedWatch } from "../../kv/repaired_watch.ts";
import { PeerBoard } from "./peer_board.ts";
import { PeerMirror, type PeerMirrorOptions } from "./peer_mirror.ts";
import type { Whereabouts } from "./peer_rows.ts";

/** What the others tell. */
export type PeerNews = Pick<PeerMirrorOptions, "changed" | "typing">;

/** See the header of this module. Nothing here is durable, and nothing waits for it. */
export interface Peers {
  /** Begins to tell and to hear; called once. */
  start(news: PeerNews): void;
  /** Tells the others where somebody is on this server. */
  set(userId: string, state: Whereabouts): void;
  /** Tells the others that somebody types here, or has stopped. */
  typing(userId: string, conversationId: string, on: boolean): void;
  /** Connected to another server. */
  isOnline(userId: string): boolean;
  /** With a window on another server that can be seen right now. */
  isVisible(userId: string): boolean;
  close(): Promise<void>;
}

/** For a store that one server has for itself. */
export const noPeers: Peers = {
  start() {},
  set() {},
  typing() {},
  isOnline: () => false,
  isVisible: () => false,
  close: () => Promise.resolve(),
};

/** What {@link createPeers} needs. */
export interface PeersOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  /** Jitter, 0 to 1. */
  random?: () => number;
}

/** The peers of one server. */
export function createPeers({ random = Math.random, ...options }: PeersOptions): Peers {
  const serverId = crypto.randomUUID().slice(0, 13);
  const board = new PeerBoard({ ...options, serverId });
  let mirror: PeerMirror | null = null;
  const watch = new RepairedWatch<string>({
    ...options,
    random,
    keys: [keys.peerBell()],
    rows: (_, by) => mirror?.look(by),
  });
  return {
    start(news) {
      mirror = new PeerMirror({ ...options, serverId, ...news });
      board.start();
      watch.start();
    },
    set: (userId, state) => board.set(userId, state),
    typing: (userId, conversationId, on) => board.typing(userId, conversationId, on),
    isOnline: (userId) => mirror?.isOnline(userId) ?? false,
    isVisible: (userId) => mirror?.isVisible(userId) ?? false,
    async close() {
      await Promise.all([watch.close(), board.close(), mirror?.close()]);
    },
  };
}
