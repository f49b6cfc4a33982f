/** JWTs of our own: HS256, bound to a session, so that signing it out ends them too. */
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { idSchema } from "../shared/basics.ts";
import type { Role } from "../shared/user_schema.ts";
import type { CheckedToken } from "./token_cache.ts";

/** `kid` of our own tokens: what tells them from a host platform's of the same secret. */
const OWN_KID = "own";

const claimsSchema = z.object({ sub: idSchema, sid: idSchema, exp: z.number() });

/** What a good token of ours says. */
export interface OwnToken extends CheckedToken {
  by: "us";
  userId: string;
  sessionId: string;
}

/** Signs a token for a session. `role` is for whoever reads it; here the stored role counts. */
export function signOwnToken(
  key: Uint8Array,
  subject: { userId: string; sessionId: string; role: Role },
  times: { now: number; expiresAt: number },
): Promise<string> {
  return new SignJWT({ sid: subject.sessionId, role: subject.role })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: OWN_KID })
    .setSubject(subject.userId)
    .setIssuedAt(Math.floor(times.now / 1000))
    .setExpirationTime(Math.floor(times.expiresAt / 1000))
    .sign(key);
}

/** True when the token says that it is ours; the signature is not looked at yet. */
export function isOwnToken(token: string): boolean {
  try {
    return decodeProtectedHeader(token).kid === OWN_KID;
  } catch {
    return false;
  }
}

/** Checks signature and times; whether the session still lives is the caller's to ask. */
export async function verifyOwnToken(
  key: Uint8Array,
  token: string,
  clock: Clock,
): Promise<OwnToken> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      requiredClaims: ["exp", "sub", "sid"],
      currentDate: new Date(clock.now()),
    });
    const claims = claimsSchema.parse(payload);
    return {
      by: "us",
      userId: claims.sub,
      sessionId: claims.sid,
      expiresAt: claims.exp * 1000,
      recheckAt: Infinity,
    };
  } catch (error) {
    throw refusedToken(error);
  }
}

/** `unauthenticated` with a reason that helps whoever made the token and gives nothing away. */
export function refusedToken(cause: unknown): AppError {
  return new AppError("unauthenticated", `Cannot sign in by this token: ${reasonOf(cause)}`, {
    cause,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.reason === "missing"
      ? `its claim ${error.claim} is missing`
      : `its claim ${error.claim} is not the one that is expected`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return "its key is not known";
  if (error instanceof errors.JWKSMultipleMatchingKeys) return "it must name its key by kid";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature does not fit";
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return "its algorithm is not accepted";
  }
  if (error instanceof z.ZodError) {
    const path = error.issues[0]?.path.join(".");
    return path ? `its claim ${path} is not usable` : "its claims are not usable";
  }
  return "it is not a token that is accepted here";
}
