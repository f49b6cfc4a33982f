/** Every limit that both sides of the wire must agree on (R10). */

/** Characters in a message after trimming. */
export const MESSAGE_MAX_CHARS = 5000;
/** Bytes in a request body and in one socket message. */
export const BODY_MAX_BYTES = 64 * 1024;
/** Unsent bytes at which a socket is closed with 4008. */
export const SOCKET_BUFFER_MAX_BYTES = 1024 * 1024;
/** Sockets that one user may hold at a time; one more is closed with 4011. */
export const SOCKETS_PER_USER = 20;
/**
 * Connections of one user that have not ended, closed sockets whose peer does not hang up among them;
 * past it a handshake is answered 429.
 */
export const CONNECTIONS_PER_USER = 2 * SOCKETS_PER_USER;
/** Frames in one array. */
export const FRAMES_PER_ARRAY = 100;
/** Messages on a page of history unless the request says otherwise. */
export const HISTORY_PAGE_DEFAULT = 50;
/** Messages on a page of history at most. */
export const HISTORY_PAGE_MAX = 200;
/** Rows on any other page, default and at most. */
export const PAGE_DEFAULT = 30;
export const PAGE_MAX = 100;
/** Members of a room. */
export const ROOM_MEMBERS_MAX = 1000;
/** Recipients named one by one in a single notification. */
export const NOTIFICATION_RECIPIENTS_MAX = 1000;
/** Conversations that one `resume` frame may name. */
export const RESUME_CONVERSATIONS_MAX = 500;
/** Changes of one conversation that a resume replays; past it the conversation is `reset`. */
export const RESUME_CHANGES_MAX = 500;
/** Seconds between heartbeats; a peer is taken for dead after three. */
export const HEARTBEAT_SECONDS = 15;
/** Milliseconds that "is typing" lasts unless it is renewed. */
export const TYPING_TTL_MS = 6000;
/** Push subscriptions of one user. */
export const DEVICES_PER_USER = 20;

/** Close codes of the socket protocol. */
export const closeCode = {
  restart: 1012,
  protocol: 4000,
  unauthenticated: 4001,
  tooSlow: 4008,
  frameTooLarge: 4009,
  tooManySockets: 4011,
  tokenExpired: 4012,
} as const;

/** Name of the WebSocket subprotocol. */
export const SOCKET_PROTOCOL = "skilllink.v1";
