/** The sockets of this process, by person. Everything it needs of the domains is handed to it. */
import type { Principal, UserPrincipal } from "../identity/types.ts";
import type { ChatService } from "../chat/types.ts";
import { type Clock, delay, type Timer } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { closeCode, CONNECTIONS_PER_USER, SOCKETS_PER_USER } from "../shared/limits.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { ClientFrame, ServerFrame } from "../shared/protocol.ts";
import { noPeers, type Peers } from "./peers/peers.ts";
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
  /** Of the store: positions of clients mean something within one only. */
  epoch: string;
  /** Frames of the notifications after `seq`. */
  missedNotifications(userId: string, seq: number): Promise<ServerFrame[]>;
  /** Makes a host platform's user a member of the rooms that the token names. */
  joinRooms(userId: string, roomIds: readonly string[]): Promise<void>;
  /** Who a bearer token stands for; `unauthenticated` when it is not good. */
  authenticate(token: string): Promise<Principal>;
  /** When a sign-in ends unless it is used (ms); null once it has. */
  sessionEndsAt(sessionId: string): Promise<number | null>;
  /** Takes from the limit of a frame type; throws `rate_limited`. */
  takeLimit(type: ClientFrame["type"], userId: string): void;
  /** Resolves once everything that any server has answered can be read here. */
  caughtUp?(): Promise<void>;
  /** The other servers on the same store; none unless given. */
  peers?: Peers;
  meter?: HubMeter;
}

/** Comebacks after a restart are spread over this time. */
const RETRY_SPREAD_MS = 5000;
/** One socket too many: not before somebody had the time to close another one. */
const TOO_MANY_RETRY_MS = 30_000;
/** What was taken is answered within this time, or left to the clients' outboxes. */
const DRAIN_MS = 3000;
/** Given to the last word to the other servers; they find out by themselves as well. */
const FAREWELL_MS = 500;
/** Typing of other servers whose conversation is being looked up; past it, it is not told (R10). */
const TYPING_AT_ONCE = 500;

/** See {@link Hub}. */
export function createHub(options: HubOptions): Hub {
  const { clock, log, random = Math.random, peers = noPeers, meter } = options;
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
    isElsewhere: (userId) => peers.isOnline(userId),
    gone: (userId) => peers.set(userId, "gone"),
    sendToUsers,
    contactsOf: (userId, limit) => options.chat.contactsOf(userId, limit),
  });

  let typingElsewhere = 0;
  peers.start({
    changed(userId, online, at) {
      presence.changedElsewhere(userId, online, at);
      if (!online && !byUser.has(userId)) typing.clear(userId);
    },
    typing(userId, conversationId, on) {
      if (draining || typingElsewhere >= TYPING_AT_ONCE) return;
      typingElsewhere++;
      options.chat.membersFor(userId, conversationId).then((members) => {
        if (members && !draining) typing.set(userId, conversationId, on, others(members, userId));
      }).catch((error) => {
        log.warn("Typing could not be told", errorFields(error));
      }).finally(() => typingElsewhere--);
    },
  });

  /** Tells the other servers where somebody is. */
  function tellPeers(userId: string): void {
    if (!presence.isHere(userId)) return;
    peers.set(userId, isVisibleHere(userId) ? "visible" : "hidden");
  }

  function isVisibleHere(userId: string): boolean {
    for (const session of byUser.get(userId) ?? []) if (session.visible) return true;
    return false;
  }

  const host: SessionHost = {
    options,
    opened(session) {
      log.debug("Socket opened", { userId: session.userId, connectionId: session.id });
      meter?.opened();
      const { userId } = session;
      presence.came(userId, (frame) => session.answer(frame));
      tellPeers(userId);
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
      if (own.size > 0) return tellPeers(session.userId);
      byUser.delete(session.userId);
      typing.clear(session.userId);
      presence.went(session.userId);
      tellPeers(session.userId);
    },
    async typing(session, conversationId, on) {
      const members = await options.chat.membersFor(session.userId, conversationId);
      if (!members) throw new AppError("not_found", "Cannot type: no such conversation");
      if (session.isClosed) return;
      typing.set(session.userId, conversationId, on, others(members, session.userId));
      peers.typing(session.userId, conversationId, on);
    },
    seen: (session) => tellPeers(session.userId),
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
    isOnline: (userId) => presence.isHere(userId),
    onlineIds: () => byUser.keys(),
    isVisible: (userId) => isVisibleHere(userId) || peers.isVisible(userId),
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
      await Promise.race([peers.close(), delay(clock, FAREWELL_MS)]);
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

function others(members: readonly string[], userId: string): string[] {
  return members.filter((id) => id !== userId);
}
