/** What the realtime part offers to the routes and to `lib/app.ts`. */
import type { UserPrincipal } from "../identity/types.ts";
import type { ServerFrame } from "../shared/protocol.ts";

/** The sockets of this process. */
export interface Hub {
  /** Takes over an upgraded socket until it closes. */
  accept(socket: WebSocket, principal: UserPrincipal): void;
  /** Sends to each socket of each of these users; serialised once. */
  sendToUsers(userIds: Iterable<string>, frame: ServerFrame): void;
  /** To everybody who is connected. */
  sendToAll(frame: ServerFrame): void;
  isOnline(userId: string): boolean;
  /** True when a window of this user can be seen right now (suppresses pushes). */
  isVisible(userId: string): boolean;
  /** Closes the sockets of a session (4001), within 5 s of its end. */
  closeSession(userId: string, sessionId: string): void;
  readonly size: number;
  /** `bye` with a spread of retryInMs, then close 1012. */
  drain(): Promise<void>;
}
