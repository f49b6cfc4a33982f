/** The sockets of this process, by person. Everything it needs of the domains is handed to it. */
import type { Principal, UserPrincipal } from "../identity/types.ts";
import type { ChatService } from "../chat/types.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { closeCode, CONNECTIONS_PER_USER, SOCKETS_PER_USER } from "../shared/limits.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { ClientFrame, ServerFrame } from "../shared/protocol.ts";
import { Presence } from "./presence.ts";
import { Session, type SessionHost } from "./session.ts";
import type { Hub, HubMeter } from "./types.ts";
import { Typing } from "./typing.ts";

/** What {@link createHub} needs. */
export interface HubOptions {
  clock: Clock;
  log: Logger;
  /** Spread of comebacks, 0 to 1. */
  random?: () => number;
  chat: Pick<
    ChatService,
    "send" | "markRead" | "history" | "missed" | "membersFor" | "contactsOf"
  >;
  /** Frames of the notifications after `seq`. */
  missedNotifications(userId: string, seq: number): Promise<ServerFrame[]>;
  /** Makes a host platform's user a member of the rooms that the token names. */
  joinRooms(userId: string, roomIds: readonly string[]): Promise<void>;
  /** Who a bearer token stands for; `unauthenticated` when it is not good. */
  authenticate(token: string): Promise<Principal>;
  /** Takes from the limit of a frame type; throws `rate_limited`. */
  takeLimit(type: ClientFrame["type"], userId: string): void;
  meter?: HubMeter;
}

/** Comebacks after a restart are spread over this time. */
const RETRY_SPREAD_MS = 5000;
/** One socket too many: not before somebody had the time to close another one. */
const TOO_MANY_RETRY_MS = 30_000;
/** What was taken is answered within this time, or left to the clients' outboxes. */
const DRAIN_MS = 3000;

/** See {@link Hub}. */
export function createHub(options: HubOptions): Hub {
  const { clock, log, random = Math.random, meter } = options;
  const byUser = new Map<string, Set<Session>>();
  /** Connections that have not ended, by person: also those of closed sockets. */
  const connections = new Map<string, number>();
  let draining = false;
  let size = 0;

  const typing = new Typing({ clock, sendToUsers });
  const presence = new Presence({
    clock,
    log,
    isConnected: (userId) => byUser.has(userId),
    sendToUsers,
    contactsOf: (userId, limit) => options.chat.contactsOf(userId, limit),
  });

  const host: SessionHost = {
    options,
    opened(session) {
      log.debug("Socket opened", { userId: session.userId, connectionId: session.id });
      meter?.opened();
      const { userId } = session;
      presence.came(userId, (frame) => session.answer(frame));
      options.joinRooms(userId, session.rooms).catch((error) => {
        log.warn("Rooms of a token could not be joined", { userId, ...errorFields(error) });
      });
    },
    closed(session) {
      const own = byUser.get(session.userId);
      if (!own?.delete(session)) return;
      size--;
      meter?.closed(session.closedBy);
      log.debug("Socket closed", { userId: session.userId, connectionId: session.id });
      if (own.size > 0) return;
      byUser.delete(session.userId);
      typing.clear(session.userId);
      presence.went(session.userId);
    },
    async typing(session, conversationId, on) {
      const members = await options.chat.membersFor(session.userId, conversationId);
      if (!members) throw new AppError("not_found", "Cannot type: no such conversation");
      if (session.isClosed) return;
      const others = members.filter((id) => id !== session.userId);
      typing.set(session.userId, conversationId, on, others);
    },
  };

  function sendToUsers(userIds: Iterable<string>, frame: ServerFrame, json?: string): void {
    let sockets = 0;
    for (const userId of userIds) {
      const own = byUser.get(userId);
      if (!own) continue;
      json ??= JSON.stringify(frame);
      sockets += own.size;
      for (const session of own) session.deliver(frame, json);
    }
    meter?.delivered(sockets);
  }

  function* sessions(): Iterable<Session> {
    for (const own of [...byUser.values()]) yield* [...own];
  }

  /** A socket that is closed stays until its peer hangs up, and nothing here can make it. */
  function countConnection(userId: string, socket: WebSocket): void {
    const change = (by: 1 | -1) => {
      const count = (connections.get(userId) ?? 0) + by;
      if (count > 0) connections.set(userId, count);
      else connections.delete(userId);
    };
    const opened = () => {
      change(1);
      socket.addEventListener("close", () => change(-1), { once: true });
    };
    if (socket.readyState === WebSocket.OPEN) opened();
    else socket.addEventListener("open", opened, { once: true });
  }

  return {
    hasRoomFor: (userId) => (connections.get(userId) ?? 0) < CONNECTIONS_PER_USER,
    accept(socket, principal: UserPrincipal) {
      const { userId } = principal;
      countConnection(userId, socket);
      const own = byUser.get(userId) ?? new Set();
      if (draining || own.size >= SOCKETS_PER_USER) {
        return refuse(
          socket,
          draining ? closeCode.restart : closeCode.tooManySockets,
          draining ? random() * RETRY_SPREAD_MS : TOO_MANY_RETRY_MS,
        );
      }
      // Registered before it is open, so that a session that ends meanwhile finds it.
      byUser.set(userId, own);
      own.add(new Session(host, socket, principal));
      size++;
    },
    sendToUsers,
    sendToAll(frame) {
      const json = JSON.stringify(frame);
      meter?.delivered(size);
      for (const session of sessions()) session.deliver(frame, json);
    },
    introduce: (userIds, others) => presence.introduce(userIds, others),
    isOnline: (userId) => presence.isOnline(userId),
    onlineIds: () => byUser.keys(),
    isVisible(userId) {
      for (const session of byUser.get(userId) ?? []) if (session.visible) return true;
      return false;
    },
    closeSession(userId, sessionId) {
      for (const session of [...byUser.get(userId) ?? []]) {
        if (session.sessionId === sessionId) session.close(closeCode.unauthenticated, "signed out");
      }
    },
    disconnectAll() {
      for (const session of sessions()) {
        session.close(closeCode.restart, "resume", Math.round(random() * RETRY_SPREAD_MS));
      }
    },
    get size() {
      return size;
    },
    states() {
      const states: Record<string, number> = {};
      for (const { state } of sessions()) states[state] = (states[state] ?? 0) + 1;
      return states;
    },
    async drain() {
      if (draining) return;
      draining = true;
      typing.close();
      const settled = Promise.all([...sessions()].map((session) => session.settled()));
      let timer: Timer | undefined;
      const late = new Promise<void>((resolve) => timer = clock.after(DRAIN_MS, resolve));
      await Promise.race([settled, late]);
      timer?.cancel();
      for (const session of sessions()) {
        session.close(closeCode.restart, "restart", Math.round(random() * RETRY_SPREAD_MS));
      }
      presence.close();
    },
  };

  /** A socket that is not taken: told why as soon as it is open. */
  function refuse(socket: WebSocket, code: number, retryInMs: number): void {
    meter?.refused(code);
    const bye = () => {
      try {
        const frame: ServerFrame = { type: "bye", code, retryInMs: Math.round(retryInMs) };
        socket.send(JSON.stringify(frame));
        socket.close(code);
      } catch (error) {
        log.warn("A socket could not be refused", errorFields(error));
      }
    };
    socket.onerror = (event) => event.preventDefault();
    if (socket.readyState === WebSocket.OPEN) bye();
    else socket.onopen = bye;
  }
}
