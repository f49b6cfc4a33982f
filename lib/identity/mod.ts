/** Puts the identity domain together. */
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { Store } from "../kv/store.ts";
import { createApiKeyService } from "./api_key_service.ts";
import { createAuthService } from "./auth_service.ts";
import { createHostTokenVerifier } from "./host_token.ts";
import { createPasswordHasher, type ScryptCost } from "./password.ts";
import { createRateLimiter } from "./rate_limiter.ts";
import { resolveSecrets } from "./secrets.ts";
import { createSessionService } from "./session_service.ts";
import { createTicketService } from "./ticket_service.ts";
import type {
  Accounts,
  ApiKeyService,
  AuthService,
  RateLimiter,
  Secrets,
  UserService,
} from "./types.ts";
import { createUserService } from "./user_service.ts";

/** The part of the configuration that identity reads. */
export interface IdentityConfig {
  jwtSecret: string | null;
  jwks: { url: string | null; issuer: string | null; audience: string | null };
  adminEmails: string[];
  vapid: Secrets["vapid"] | null;
  rateLimitScale: number;
}

/** What the domain stands on. */
export interface IdentityOptions {
  store: Pick<Store, "kv">;
  journal: Journal;
  clock: Clock;
  config: IdentityConfig;
  log: Logger;
  /** For tests: cheaper passwords, and where a JWKS comes from. */
  scrypt?: ScryptCost;
  fetch?: typeof fetch;
}

/** The services of the domain. */
export interface Identity {
  auth: AuthService;
  users: UserService;
  limits: RateLimiter;
  apiKeys: ApiKeyService;
  accounts: Accounts;
  secrets: Secrets;
}

/** The identity domain of one process; makes the secrets that are neither set nor stored yet. */
export async function createIdentity(
  { store: { kv }, journal, clock, config, log, scrypt, fetch }: IdentityOptions,
): Promise<Identity> {
  const secrets = await resolveSecrets(kv, config);
  const key = new TextEncoder().encode(secrets.jwt);
  const limits = createRateLimiter({ kv, clock, scale: config.rateLimitScale });
  const users = createUserService({ kv, journal, clock, log, adminEmails: config.adminEmails });
  const apiKeys = createApiKeyService({ kv, clock });
  const auth = createAuthService({
    kv,
    clock,
    key,
    users,
    limits,
    apiKeys,
    sessions: createSessionService({ kv, journal, clock, log }),
    passwords: createPasswordHasher(scrypt),
    tickets: createTicketService({ kv, clock }),
    verifyHostToken: createHostTokenVerifier({ key, jwks: config.jwks, clock, fetch }),
  });
  const accounts: Accounts = {
    create: async (input) => void (await users.create(input)),
    signIn: auth.signInUser,
  };
  return { auth, users, limits, apiKeys, accounts, secrets };
}
