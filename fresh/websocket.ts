import { HttpError } from "./runtime/http_error.ts";

/** Callbacks of a socket that Fresh wires up. All are optional. */
export interface WebSocketHandlers {
  open?(socket: WebSocket): void | Promise<void>;
  message?(socket: WebSocket, event: MessageEvent): void | Promise<void>;
  close?(socket: WebSocket, code: number, reason: string): void | Promise<void>;
  error?(socket: WebSocket, event: Event | ErrorEvent): void | Promise<void>;
}

/** Options of the upgrade. */
export interface WebSocketOptions {
  /** Seconds without a ping's answer after which the socket is closed. Default: 120. */
  idleTimeout?: number;
  /** Sub-protocol to answer with. */
  protocol?: string;
}

const HANDLER_NAMES = ["open", "message", "close", "error"] as const;

/** Whether the first argument of `ctx.upgrade` holds handlers, not options. */
export function hasHandlers(
  value: WebSocketHandlers | WebSocketOptions | undefined,
): value is WebSocketHandlers {
  return value !== undefined &&
    HANDLER_NAMES.some((name) => typeof (value as WebSocketHandlers)[name] === "function");
}

/** Upgrades a request (RFC 6455). Throws HttpError 400 if it does not ask for that. */
export function upgradeRequest(
  req: Request,
  options: WebSocketOptions = {},
): Deno.WebSocketUpgrade {
  if (req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new HttpError(400, "Expected a WebSocket upgrade request");
  }
  const { idleTimeout, protocol } = options;
  try {
    return Deno.upgradeWebSocket(req, {
      ...(idleTimeout === undefined ? {} : { idleTimeout }),
      ...(protocol === undefined ? {} : { protocol }),
    });
  } catch (error) {
    // A handshake whose other headers are missing or wrong is the client's mistake as well.
    if (!(error instanceof TypeError)) throw error;
    throw new HttpError(400, "Expected a WebSocket upgrade request", { cause: error });
  }
}

/**
 * Calls the handlers for the events of a socket. An error that left a listener would end the whole
 * process, so one that is thrown here is logged and closes this socket alone, with 1011 (RFC 6455, 7.4.1).
 */
export function attachHandlers(
  socket: WebSocket,
  handlers: WebSocketHandlers,
): void {
  const guard = async (run: () => void | Promise<void>) => {
    try {
      await run();
    } catch (error) {
      console.error(error);
      if (socket.readyState === WebSocket.OPEN) {
        socket.close(1011, "Internal error");
      }
    }
  };
  socket.addEventListener(
    "open",
    () => void guard(() => handlers.open?.(socket)),
  );
  socket.addEventListener(
    "message",
    (event) => void guard(() => handlers.message?.(socket, event)),
  );
  // Deno may report one close twice.
  socket.addEventListener(
    "close",
    (event) => void guard(() => handlers.close?.(socket, event.code, event.reason)),
    { once: true },
  );
  socket.addEventListener(
    "error",
    (event) => void guard(() => handlers.error?.(socket, event)),
  );
}
