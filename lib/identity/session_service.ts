/** Where an account is signed in: sessions of thirty sliding days. */
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { SessionInfo } from "../shared/user_schema.ts";
import type { Journal } from "../kv/journal/types.ts";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import { BoundedMap } from "./bounded_map.ts";
import { parseIdentityEvent, sessionRevoked } from "./events.ts";
import { digest, randomSecret } from "./random.ts";
import {
  getSession,
  listSessionsOf,
  parseSession,
  putSession,
  type StoredSession,
} from "./session_repository.ts";
import type { Caller } from "./types.ts";

/** How long a session lasts without use. */
export const SESSION_MS = 30 * 24 * 60 * 60 * 1000;
/** A use moves the end of the session at most this often: a write for each would be too many. */
const RENEW_EVERY_MS = 10 * 60 * 1000;
/** A session that was found is not read again for so long; the journal tells of its end earlier. */
const CACHED_MS = 5000;
const CACHED_MAX = 20_000;
/** Sessions of one account; a sign-in past it ends the one that was used longest ago. */
export const SESSIONS_MAX = 50;

/** What {@link createSessionService} needs. */
export interface SessionServiceOptions {
  kv: Deno.Kv;
  journal: Journal;
  clock: Clock;
  log: Logger;
}

/** Sessions of one process. */
export interface SessionService {
  /** A new session; `cookie` is known to the caller alone from here on. */
  create(userId: string, caller: Caller): Promise<{ session: StoredSession; cookie: string }>;
  /** The session that `cookie` opens; null when it is unknown, expired or revoked. */
  findByCookie(cookie: string): Promise<StoredSession | null>;
  findById(sessionId: string): Promise<StoredSession | null>;
  /** True when this server has heard lately that the session was ended. */
  wasEnded(sessionId: string): boolean;
  /** See `AuthService.sessionEndsAt`. */
  endsAt(sessionId: string): Promise<number | null>;
  list(userId: string, currentId: string | null): Promise<SessionInfo[]>;
  /** `not_found` when `userId` has no such session. */
  revoke(userId: string, sessionId: string): Promise<void>;
  onRevoked(listener: (userId: string, sessionId: string) => void): () => void;
}

/** The sessions of one process. */
export function createSessionService(
  { kv, journal, clock, log }: SessionServiceOptions,
): SessionService {
  const cache = new BoundedMap<string, { session: StoredSession; until: number }>(CACHED_MAX);
  /** Ended lately: a read that began before the end must not bring it back. */
  const ended = new BoundedMap<string, true>(CACHED_MAX);
  const listeners = new Set<(userId: string, sessionId: string) => void>();

  journal.listen((events) => {
    for (const { payload } of events) {
      const event = parseIdentityEvent(payload);
      if (event?.type !== "session.revoked") continue;
      forget(event.sessionId);
      for (const listener of listeners) listener(event.userId, event.sessionId);
    }
  });

  function forget(sessionId: string): void {
    ended.set(sessionId, true);
    cache.delete(sessionId);
  }

  async function findById(sessionId: string): Promise<StoredSession | null> {
    if (ended.get(sessionId)) return null;
    const now = clock.now();
    const known = cache.get(sessionId);
    if (known && known.until > now) return known.session.expiresAt > now ? known.session : null;
    const stored = await getSession(kv, sessionId);
    if (!stored || stored.expiresAt <= now) return null;
    const session = now - stored.lastSeenAt > RENEW_EVERY_MS ? await renew(stored) : stored;
    if (!session || ended.get(sessionId)) return null;
    cache.set(sessionId, { session, until: now + CACHED_MS });
    return session;
  }

  async function endsAt(sessionId: string): Promise<number | null> {
    if (ended.get(sessionId)) return null;
    const known = cache.get(sessionId);
    const session = known && known.until > clock.now()
      ? known.session
      : await getSession(kv, sessionId);
    if (!session || session.expiresAt <= clock.now() || ended.get(sessionId)) return null;
    return session.expiresAt;
  }

  /** Moves the end; null when the session has ended meanwhile. */
  async function renew(session: StoredSession): Promise<StoredSession | null> {
    const now = clock.now();
    try {
      return await transact(kv, async (tx) => {
        const stored = parseSession(await tx.get(keys.session(session.id)));
        if (!stored) return null;
        const renewed = { ...stored, lastSeenAt: now, expiresAt: now + SESSION_MS };
        putSession(tx, renewed, now);
        return renewed;
      });
    } catch (error) {
      // Good as it is: the next use tries again.
      log.warn("Cannot renew a session", errorFields(error));
      return session;
    }
  }

  async function end(userId: string, sessionId: string): Promise<void> {
    await journal.commit({
      shard: NOTIFICATION_SHARD,
      // Nothing is read: the rows are written outside the journal too, and ending twice is harmless.
      reads: [],
      apply(view) {
        view.delete(keys.session(sessionId));
        view.delete(keys.sessionOf(userId, sessionId));
        view.emit(sessionRevoked(userId, sessionId));
      },
    });
    forget(sessionId);
  }

  return {
    findById,
    wasEnded: (sessionId) => ended.get(sessionId) === true,
    endsAt,
    findByCookie: (cookie) => findById(digest(cookie)),
    async create(userId, caller) {
      const others = await listSessionsOf(kv, userId, SESSIONS_MAX * 2);
      const tooMany = others.length - SESSIONS_MAX + 1;
      if (tooMany > 0) {
        const oldest = others.toSorted((a, b) => a.lastSeenAt - b.lastSeenAt).slice(0, tooMany);
        for (const session of oldest) await end(userId, session.id);
      }
      const cookie = randomSecret();
      const now = clock.now();
      const session: StoredSession = {
        id: digest(cookie),
        userId,
        userAgent: caller.userAgent.slice(0, 400),
        address: caller.address.slice(0, 100),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now + SESSION_MS,
      };
      await transact(kv, (tx) => {
        putSession(tx, session, now);
        return Promise.resolve();
      });
      return { session, cookie };
    },
    async list(userId, currentId) {
      const now = clock.now();
      return (await listSessionsOf(kv, userId, SESSIONS_MAX * 2))
        .filter((session) => session.expiresAt > now && !ended.get(session.id))
        .sort((a, b) => b.lastSeenAt - a.lastSeenAt)
        .map((session) => toInfo(session, currentId));
    },
    async revoke(userId, sessionId) {
      const session = await getSession(kv, sessionId);
      if (session?.userId !== userId || session.expiresAt <= clock.now()) {
        throw new AppError("not_found", "Cannot sign out: no such session");
      }
      await end(userId, sessionId);
    },
    onRevoked(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function toInfo(session: StoredSession, currentId: string | null): SessionInfo {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    id: session.id,
    current: session.id === currentId,
    userAgent: session.userAgent,
    address: session.address,
    createdAt: iso(session.createdAt),
    lastSeenAt: iso(session.lastSeenAt),
    expiresAt: iso(session.expiresAt),
  };
}
