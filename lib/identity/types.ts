/** What the identity domain offers to the others. */
import type { ApiKeyInfo, Scope } from "../shared/api_key_schema.ts";
import type { Person, Role, SessionInfo, User } from "../shared/user_schema.ts";

export type { ApiKeyInfo, Scope };

/** Who is asking. */
export type Principal =
  | {
    kind: "user";
    userId: string;
    role: Role;
    /** The session of a cookie or of a token of ours; null for a host platform's JWT. */
    sessionId: string | null;
    /** When a token ends (ms); null for a cookie. */
    expiresAt: number | null;
    /** Rooms that a host platform's JWT names. */
    rooms: string[];
    /** A cookie needs the app's own Origin on every write. */
    via: "cookie" | "bearer" | "ticket";
  }
  | { kind: "service"; keyId: string; scopes: Scope[]; via: "bearer" };
export type UserPrincipal = Extract<Principal, { kind: "user" }>;

/** What is known of the caller's device. */
export interface Caller {
  userAgent: string;
  /** The peer's address; behind a proxy the forwarded one. */
  address: string;
}

/** Sign-up, sign-in, tokens and sessions. */
export interface AuthService {
  register(
    input: { name: string; email: string; password: string },
    caller: Caller,
  ): Promise<SignedIn>;
  /** `unauthenticated` for a wrong password and an unknown account alike, in the same time. */
  login(input: { email: string; password: string }, caller: Caller): Promise<SignedIn>;
  /** Ends a session, its sockets too. */
  logout(userId: string, sessionId: string): Promise<void>;
  listSessions(userId: string, currentId: string | null): Promise<SessionInfo[]>;
  /** `not_found` for somebody else's session as well (R8). */
  revokeSession(userId: string, sessionId: string): Promise<void>;
  /** Who a cookie's value stands for; null when it is unknown, expired or revoked. */
  authenticateCookie(value: string): Promise<UserPrincipal | null>;
  /** Who a bearer token (own JWT, host JWT, `sk_…`) stands for; `unauthenticated` with the reason. */
  authenticateBearer(token: string): Promise<Principal>;
  /** A single-use ticket for opening a socket, good for 60 s. */
  createTicket(principal: UserPrincipal): Promise<string>;
  redeemTicket(ticket: string): Promise<UserPrincipal | null>;
  /** When a session ends unless it is used (ms); null once it has. To ask is no use of it. */
  sessionEndsAt(sessionId: string): Promise<number | null>;
  /** Hears `(userId, sessionId)` of each session that is ended, on whichever server. */
  onRevoked(listener: (userId: string, sessionId: string) => void): () => void;
}

/** The answer to a sign-in: `cookie` goes into Set-Cookie, `token` into the body. */
export interface SignedIn {
  user: User;
  token: string;
  cookie: string;
  sessionId: string;
}

/** Accounts without a password: for parts of the product, never for what a request says. */
export interface Accounts {
  /** Makes the profile `id`, unless it is there. */
  create(input: { id: string; name: string; role: Role }): Promise<void>;
  /** Starts a session of an existing account. */
  signIn(userId: string, caller: Caller): Promise<SignedIn>;
}

/** Profiles and people search. */
export interface UserService {
  getPerson(userId: string): Promise<Person | null>;
  /** In the order asked for; unknown ids are left out. */
  getPeople(userIds: readonly string[]): Promise<Person[]>;
  /** From memory; null when it has not been read yet. */
  peekPerson(userId: string): Person | null;
  requireUser(userId: string): Promise<User>;
  exists(userId: string): Promise<boolean>;
  updateMe(
    userId: string,
    change: { name?: string; avatar?: string | null },
  ): Promise<User>;
  search(
    query: string,
    page: { limit: number; after?: string },
  ): Promise<{ people: Person[]; after: string | null }>;
  /** Pages through every user id (broadcast pushes). */
  listIds(page: { limit: number; after?: string }): Promise<string[]>;
  /**
   * Hears the id of each account that this server makes: by sign-up, by the first request of a host
   * platform's user, or for a part of the product. Whoever made it is answered after that; a
   * listener that fails is logged, and the account stays.
   */
  onCreated(listener: (userId: string) => Promise<void>): () => void;
}

/** Token buckets, shared between servers where they must be. */
export interface RateLimiter {
  /**
   * Takes one token of bucket `name` for `subject`; throws `rate_limited` with `retryAfter` when it
   * is empty. In memory; the figures stand in `rate_limits.ts`, times RATE_LIMIT_SCALE.
   */
  take(name: string, subject: string, count?: number): void;
  /** The same, kept in KV so that it holds across servers and restarts (sign-in). */
  takeDurable(name: string, subject: string): Promise<void>;
  /** Fills a durable bucket again. */
  resetDurable(name: string, subject: string): Promise<void>;
}

/** Keys of other services. */
export interface ApiKeyService {
  /** `key` (`sk_…`) is told this once and stored as a digest only. */
  create(
    createdBy: string,
    input: { name: string; scopes: Scope[] },
  ): Promise<{ key: string; info: ApiKeyInfo }>;
  /** All of them, in the order of their ids; there are 200 at most. */
  list(): Promise<ApiKeyInfo[]>;
  /** Refused at once here and within 5 s on other servers. `not_found` for an unknown id. */
  revoke(id: string): Promise<void>;
}

/** What this process signs with. */
export interface Secrets {
  /** Signs our own JWTs, and the host platform's where it signs by HS256. */
  jwt: string;
  /** P-256 pair in base64url (RFC 8292). */
  vapid: { publicKey: string; privateKey: string };
}
