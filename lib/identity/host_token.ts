/** JWTs of the host platform: HS256 by the shared secret, or asymmetric by its JWKS (RFC 7517). */
import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { z } from "zod";
import { idSchema, nameSchema } from "../shared/basics.ts";
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { avatarSchema, type Role, roleSchema } from "../shared/user_schema.ts";
import { refusedToken } from "./own_token.ts";
import type { CheckedToken } from "./token_cache.ts";

/** Never HS256: a public key must not serve as a shared secret (RFC 8725, 3.1). */
const JWKS_ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const JWKS_TIMEOUT_MS = 5000;
const JWKS_CACHED_MS = 10 * 60 * 1000;
/** An unknown kid makes the set be fetched again at most this often; a failed fetch likewise. */
const JWKS_AGAIN_MS = 30_000;
const JWKS_FAILED_AGAIN_MS = 5000;
/** For so long a key that was in the set is taken to be in it still, beyond the time of the fetch. */
const JWKS_RELIED_ON_MS = 60_000;
const JWKS_MAX_BYTES = 256 * 1024;
/** Clocks that differ by so much still agree on `nbf`. */
const SKEW_SECONDS = 5;
const ROOMS_MAX = 500;
/** What a name may not hold. */
const UNWANTED = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** How the host platform's tokens are checked. */
export interface HostTokenOptions {
  /** The HS256 secret. */
  key: Uint8Array;
  jwks: { url: string | null; issuer: string | null; audience: string | null };
  clock: Clock;
  fetch?: typeof fetch;
}

/** What a good token says. */
export interface HostToken extends CheckedToken {
  by: "platform";
  userId: string;
  /** Null where the token says nothing usable. */
  name: string | null;
  avatar: string | null;
  /** Null: the token leaves it to the stored one. */
  role: Role | null;
  rooms: string[];
}

/** Checks a token; `unauthenticated` with the reason, `unavailable` when the JWKS can't be had. */
export type HostTokenVerifier = (token: string) => Promise<HostToken>;

const subjectSchema = z.union([idSchema, z.number().int().min(0).transform(String)]);
const claimsSchema = z.object({
  sub: subjectSchema.optional(),
  userId: subjectSchema.optional(),
  exp: z.number(),
  role: roleSchema.optional(),
  rooms: z.array(idSchema).max(ROOMS_MAX).default([]),
  // A name or picture that does not fit keeps nobody out: it is cut, or left out.
  name: z.unknown().optional(),
  avatar: z.unknown().optional(),
});

/** A verifier for one configuration; it holds the fetched key set. */
export function createHostTokenVerifier(
  { key, jwks, clock, fetch: fetchOf = fetch }: HostTokenOptions,
): HostTokenVerifier {
  const keySet = jwks.url === null ? null : createRemoteJWKSet(new URL(jwks.url), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    cooldownDuration: JWKS_AGAIN_MS,
    cacheMaxAge: JWKS_CACHED_MS,
    [customFetch]: boundedFetch(fetchOf, clock),
  });

  async function verify(token: string): Promise<{ payload: JWTPayload; recheckAt: number }> {
    const header = decodeProtectedHeader(token);
    const options = {
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now()),
      clockTolerance: SKEW_SECONDS,
      ...(jwks.issuer === null ? {} : { issuer: jwks.issuer }),
      ...(jwks.audience === null ? {} : { audience: jwks.audience }),
    };
    if (header.alg === "HS256") {
      // The shared secret has no name, so a token that names a key means another one.
      if (header.kid !== undefined) throw new errors.JWKSNoMatchingKey();
      const { payload } = await jwtVerify(token, key, { ...options, algorithms: ["HS256"] });
      return { payload, recheckAt: Infinity };
    }
    if (keySet === null || !JWKS_ALGORITHMS.includes(header.alg ?? "")) {
      throw new errors.JOSEAlgNotAllowed();
    }
    const { payload } = await jwtVerify(token, keySet, { ...options, algorithms: JWKS_ALGORITHMS });
    return { payload, recheckAt: clock.now() + JWKS_RELIED_ON_MS };
  }

  return async (token) => {
    try {
      const { payload, recheckAt } = await verify(token);
      const claims = claimsSchema.parse(payload);
      // The tolerance is for `nbf`; an end is an end.
      if (claims.exp * 1000 <= clock.now()) throw new errors.JWTExpired("expired", {});
      const userId = claims.sub ?? claims.userId;
      if (userId === undefined) {
        throw new errors.JWTClaimValidationFailed("no subject", {}, "sub", "missing");
      }
      return {
        by: "platform",
        userId,
        name: nameOf(claims.name),
        avatar: avatarSchema.safeParse(claims.avatar).data ?? null,
        role: claims.role ?? null,
        rooms: claims.rooms,
        expiresAt: claims.exp * 1000,
        recheckAt,
      };
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (isKeySetTrouble(error)) throw keysAway(error);
      throw refusedToken(error);
    }
  };
}

/** True for what the key set's server did wrong, which says nothing about the token. */
function isKeySetTrouble(error: unknown): boolean {
  return error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid ||
    error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC";
}

function nameOf(claim: unknown): string | null {
  if (typeof claim !== "string") return null;
  const cut = Array.from(claim.replace(UNWANTED, " ").trim()).slice(0, 80).join("");
  return nameSchema.safeParse(cut.slice(0, 80)).data ?? null;
}

/** Fetches the key set, not again right after a failure, and no more of it than a key set has. */
function boundedFetch(fetchOf: typeof fetch, clock: Clock) {
  let failedAt = -Infinity;
  return async (url: string, options: RequestInit): Promise<Response> => {
    if (clock.now() - failedAt < JWKS_FAILED_AGAIN_MS) throw keysAway();
    try {
      const response = await fetchOf(url, options);
      const text = await readBounded(response);
      if (!response.ok) throw new Error(`The key set's server answers ${response.status}`);
      return new Response(text, { status: 200, headers: response.headers });
    } catch (error) {
      failedAt = clock.now();
      throw keysAway(error);
    }
  };
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > JWKS_MAX_BYTES) throw new Error("The key set is too large");
  }
  return text + decoder.decode();
}

function keysAway(cause?: unknown): AppError {
  return new AppError("unavailable", "Cannot check the token: its key set can't be fetched", {
    retryAfter: 5,
    cause,
  });
}
