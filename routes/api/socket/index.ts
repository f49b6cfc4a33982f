import type { FreshContext } from "fresh";
import { subjectOf } from "../../../lib/http/endpoint.ts";
import { hasOwnOrigin } from "../../../lib/http/own_origin.ts";
import { define, type State, type UserPrincipal } from "../../../lib/http/state.ts";
import { AppError } from "../../../lib/shared/errors.ts";
import { HEARTBEAT_SECONDS, SOCKET_PROTOCOL } from "../../../lib/shared/limits.ts";

const TICKET = "ticket.";
/** Seconds until one of too many connections may have ended. */
const RETRY_AFTER_SECONDS = 30;

/** GET /api/socket: who asks is settled before the upgrade; a refusal is an ordinary answer. */
export const handler = define.handlers({
  async GET(ctx) {
    const { services } = ctx.state;
    const { headers } = ctx.req;
    // Everything is read from the headers before the upgrade: after it they are gone.
    const protocols = (headers.get("sec-websocket-protocol") ?? "").split(",")
      .map((protocol) => protocol.trim());
    services.limits.take("socket", subjectOf(ctx.state.principal, ctx.state.address));
    const user = await requireUser(ctx, protocols);
    if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new AppError("invalid", "Cannot open a socket: this is not a WebSocket handshake");
    }
    if (!protocols.includes(SOCKET_PROTOCOL)) {
      throw new AppError("invalid", `Cannot open a socket: the subprotocol is ${SOCKET_PROTOCOL}`);
    }
    if (services.draining()) {
      throw new AppError("unavailable", "Cannot open a socket: the server is stopping", {
        retryAfter: 2,
      });
    }
    if (!services.hub.hasRoomFor(user.userId)) {
      throw new AppError("rate_limited", "Cannot open a socket: too many of yours never hung up", {
        retryAfter: RETRY_AFTER_SECONDS,
      });
    }
    const { socket, response } = upgrade(ctx.req);
    services.hub.accept(socket, user);
    return response;
  },
});

function upgrade(request: Request): Deno.WebSocketUpgrade {
  try {
    return Deno.upgradeWebSocket(request, {
      protocol: SOCKET_PROTOCOL,
      // Pings by the runtime: a peer that answers none is taken for dead after three heartbeats.
      idleTimeout: 3 * HEARTBEAT_SECONDS,
    });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new AppError("invalid", "Cannot open a socket: this is not a WebSocket handshake", {
      cause,
    });
  }
}

/** By ticket, else by bearer token or cookie; a cookie only from this app's own pages. */
async function requireUser(
  ctx: FreshContext<State>,
  protocols: readonly string[],
): Promise<UserPrincipal> {
  const ticket = protocols.find((protocol) => protocol.startsWith(TICKET));
  const principal = ticket === undefined
    ? ctx.state.principal
    : await ctx.state.services.auth.redeemTicket(ticket.slice(TICKET.length));
  if (!principal) {
    throw new AppError("unauthenticated", "Cannot open a socket: nobody is signed in");
  }
  if (principal.kind !== "user") {
    throw new AppError("forbidden", "Cannot open a socket: an API key is nobody's account");
  }
  if (principal.via === "cookie" && !hasOwnOrigin(ctx.req.headers, ctx.state.origin)) {
    throw new AppError("forbidden", "Cannot open a socket: not from this app's own pages");
  }
  return principal;
}
