/** What the realtime part offers to the routes and to `lib/app.ts`. */
import type { UserPrincipal } from "../identity/types.ts";
import type { ServerFrame } from "../shared/protocol.ts";

/** Hears what becomes of sockets: never more than once for a frame. Must not throw. */
export interface HubMeter {
  /** A live frame was handed to so many sockets. */
  delivered(sockets: number): void;
  opened(): void;
  /** Ended by us, with the code and one of a few reasons; null: by the peer or the network. */
  closed(by: { code: number; reason: string } | null): void;
  /** Not taken at all. */
  refused(code: number): void;
  /** A resume was answered with so many frames, and so many conversations were too far behind. */
  resumed(answer: { frames: number; reset: number }): void;
  /** A gap was filled with so many messages. */
  filled(messages: number): void;
}

/** The sockets of this process. */
export interface Hub {
  /**
   * False when so many connections of this user have not ended that no other may be upgraded: each
   * keeps what is unsent, and a peer that neither reads nor hangs up keeps it for ever (R10).
   */
  hasRoomFor(userId: string): boolean;
  /** Takes over an upgraded socket until it closes. */
  accept(socket: WebSocket, principal: UserPrincipal): void;
  /** Sends to each socket of each of these users; serialised once, or given as `json`. */
  sendToUsers(userIds: Iterable<string>, frame: ServerFrame, json?: string): void;
  /** To everybody who is connected. */
  sendToAll(frame: ServerFrame): void;
  /** `userIds` and `others` have a conversation from now on: each is told who of them is online. */
  introduce(userIds: readonly string[], others: readonly string[]): void;
  /** Connected to this server, or a moment ago. */
  isOnline(userId: string): boolean;
  /** Everybody who has a socket here. */
  onlineIds(): Iterable<string>;
  /** True when a window of this user can be seen right now, on any server (suppresses pushes). */
  isVisible(userId: string): boolean;
  /** Closes the sockets of a session (4001), within 5 s of its end. */
  closeSession(userId: string, sessionId: string): void;
  /** Sockets may have missed something: all are closed (1012), come back and resume. */
  disconnectAll(): void;
  readonly size: number;
  /** How many sockets are in each state. */
  states(): Record<string, number>;
  /** `bye` with a spread of retryInMs, then close 1012. */
  drain(): Promise<void>;
}
