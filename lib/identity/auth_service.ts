/** Sign-up, sign-in, and who a cookie, token, key or ticket stands for. */
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { networkOf } from "../shared/network.ts";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import { API_KEY_PREFIX, type ApiKeys } from "./api_key_service.ts";
import type { HostToken, HostTokenVerifier } from "./host_token.ts";
import { isOwnToken, type OwnToken, signOwnToken, verifyOwnToken } from "./own_token.ts";
import { type PasswordHash, type PasswordHasher, passwordHashSchema } from "./password.ts";
import { randomId } from "./random.ts";
import { SESSION_MS, type SessionService } from "./session_service.ts";
import type { StoredSession } from "./session_repository.ts";
import type { TicketService } from "./ticket_service.ts";
import { rememberTokens } from "./token_cache.ts";
import type {
  Accounts,
  AuthService,
  Caller,
  RateLimiter,
  SignedIn,
  UserPrincipal,
} from "./types.ts";
import { putUser, type StoredUser, toUser } from "./user_repository.ts";
import type { Profiles } from "./user_service.ts";

/** Longer than any token that a platform makes; the socket's `refresh` has the same limit. */
const TOKEN_MAX_CHARS = 8192;

/** The parts that signing in is made of. */
export interface AuthServiceOptions {
  kv: Deno.Kv;
  clock: Clock;
  /** Signs our own tokens. */
  key: Uint8Array;
  users: Profiles;
  sessions: SessionService;
  passwords: PasswordHasher;
  limits: RateLimiter;
  apiKeys: ApiKeys;
  tickets: TicketService;
  verifyHostToken: HostTokenVerifier;
}

/** The auth service of one process. */
export function createAuthService(
  { kv, clock, key, users, sessions, passwords, limits, apiKeys, tickets, verifyHostToken }:
    AuthServiceOptions,
): AuthService & { signInUser: Accounts["signIn"] } {
  async function signIn(user: StoredUser, caller: Caller): Promise<SignedIn> {
    const { session, cookie } = await sessions.create(user.id, caller);
    const role = users.roleOf(user);
    const now = clock.now();
    const token = await signOwnToken(key, { userId: user.id, sessionId: session.id, role }, {
      now,
      expiresAt: now + SESSION_MS,
    });
    return { user: toUser(user, role), token, cookie, sessionId: session.id };
  }

  async function principalOf(
    session: StoredSession | null,
    via: UserPrincipal["via"],
    expiresAt: number | null,
  ): Promise<UserPrincipal | null> {
    const user = session && await users.find(session.userId);
    // The profile may have to be read, and the session may end meanwhile.
    if (!session || !user || sessions.wasEnded(session.id)) return null;
    return {
      kind: "user",
      userId: user.id,
      role: users.roleOf(user),
      sessionId: session.id,
      expiresAt,
      rooms: [],
      via,
    };
  }

  const checkToken = rememberTokens<OwnToken | HostToken>(
    (token) => isOwnToken(token) ? verifyOwnToken(key, token, clock) : verifyHostToken(token),
    clock,
  );

  async function authenticateOwn(token: OwnToken): Promise<UserPrincipal> {
    const { userId, sessionId, expiresAt } = token;
    const session = await sessions.findById(sessionId);
    const principal = session?.userId === userId
      ? await principalOf(session, "bearer", expiresAt)
      : null;
    if (!principal) {
      throw new AppError(
        "unauthenticated",
        "Cannot sign in by this token: its session has ended",
      );
    }
    return principal;
  }

  async function authenticateHost(claims: HostToken): Promise<UserPrincipal> {
    const user = await users.ensure(claims);
    return {
      kind: "user",
      userId: user.id,
      role: claims.role ?? users.roleOf(user),
      sessionId: null,
      expiresAt: claims.expiresAt,
      rooms: claims.rooms,
      via: "bearer",
    };
  }

  return {
    async signInUser(userId, caller) {
      const user = await users.find(userId);
      if (!user) throw new AppError("not_found", "Cannot sign in: no such user");
      return await signIn(user, caller);
    },
    async register({ name, email, password }, caller) {
      await limits.takeDurable("register_address", networkOf(caller.address));
      const hash = await passwords.hash(password);
      const user: StoredUser = {
        id: randomId("u_"),
        name,
        avatar: null,
        email,
        role: "member",
        createdAt: clock.now(),
        claims: null,
      };
      await transact(kv, async (tx) => {
        const owner = await tx.get<string>(keys.userByEmail(email));
        if (owner === user.id) return; // an earlier try was written after all
        if (owner !== null) {
          throw new AppError("conflict", "Cannot make the account: this e-mail address has one");
        }
        tx.set(keys.userByEmail(email), user.id);
        tx.set(keys.credential(user.id), hash);
        putUser(tx, null, user);
      });
      await users.tellCreated(user.id);
      return await signIn(user, caller);
    },
    async login({ email, password }, caller) {
      const network = networkOf(caller.address);
      const here = `${email} ${network}`;
      await limits.takeDurable("login_address", network);
      await limits.takeDurable("login_account", here);
      await limits.takeDurable("login_everywhere", email);
      const userId = (await kv.get<string>(keys.userByEmail(email))).value;
      const user = userId === null ? null : await users.find(userId);
      const stored = user && await readCredential(kv, user.id);
      // Without an account a hash is computed all the same, so that time tells nothing.
      const right = await passwords.verify(password, stored);
      if (!user || !stored || !right) {
        throw new AppError(
          "unauthenticated",
          "Cannot sign in: the e-mail address or the password is wrong",
        );
      }
      await limits.resetDurable("login_account", here);
      await limits.resetDurable("login_everywhere", email);
      if (passwords.isOutdated(stored)) {
        await kv.set(keys.credential(user.id), await passwords.hash(password));
      }
      return await signIn(user, caller);
    },
    async logout(userId, sessionId) {
      try {
        await sessions.revoke(userId, sessionId);
      } catch (error) {
        // Ended already, which is what was wanted.
        if (!(error instanceof AppError) || error.code !== "not_found") throw error;
      }
    },
    listSessions: (userId, currentId) => sessions.list(userId, currentId),
    revokeSession: (userId, sessionId) => sessions.revoke(userId, sessionId),
    authenticateCookie: async (value) =>
      await principalOf(await sessions.findByCookie(value), "cookie", null),
    async authenticateBearer(token) {
      if (token.length > TOKEN_MAX_CHARS) {
        throw new AppError("unauthenticated", "Cannot sign in by this token: it is too long");
      }
      if (token.startsWith(API_KEY_PREFIX)) {
        const principal = await apiKeys.authenticate(token);
        if (principal) return principal;
        throw new AppError("unauthenticated", "Cannot sign in by this key: it is not known");
      }
      const checked = await checkToken(token);
      return await (checked.by === "us" ? authenticateOwn(checked) : authenticateHost(checked));
    },
    createTicket: (principal) => tickets.create(principal),
    async redeemTicket(ticket) {
      const principal = await tickets.redeem(ticket);
      if (!principal) return null;
      if (principal.expiresAt !== null && principal.expiresAt <= clock.now()) return null;
      if (principal.sessionId === null) return principal;
      // The session may have ended since the ticket was made.
      return (await sessions.findById(principal.sessionId)) === null ? null : principal;
    },
    sessionEndsAt: (sessionId) => sessions.endsAt(sessionId),
    onRevoked: (listener) => sessions.onRevoked(listener),
  };
}

async function readCredential(kv: Deno.Kv, userId: string): Promise<PasswordHash | null> {
  const { value } = await kv.get(keys.credential(userId));
  return value === null ? null : passwordHashSchema.parse(value);
}
