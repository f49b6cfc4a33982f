/** Passwords: scrypt (RFC 7914), with the parameters kept beside each hash. */
import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { AppError } from "../shared/errors.ts";

/** Cost of one hash: 128·N·r bytes of memory, N·r·p of time. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** As OWASP's password storage guidance asks for, in its variant with 32 MiB of memory. */
const COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** Hashes that are computed at once: each takes a core and its memory. */
const AT_ONCE = 2;
/** Hashes that may wait; at half a second each this is as long as anybody waits for an answer. */
const WAITING_MAX = 64;

/** A hash as stored. */
export const passwordHashSchema = z.strictObject({
  kind: z.literal("scrypt"),
  N: z.number().int(),
  r: z.number().int(),
  p: z.number().int(),
  salt: z.base64url(),
  hash: z.base64url(),
});
export type PasswordHash = z.infer<typeof passwordHashSchema>;

/** Makes and checks hashes, off the main thread and a bounded number at a time. */
export interface PasswordHasher {
  hash(password: string): Promise<PasswordHash>;
  /** With `null` (no such account) it works as long as for a real hash and says false. */
  verify(password: string, stored: PasswordHash | null): Promise<boolean>;
  /** True when `stored` was made with another cost than today's. */
  isOutdated(stored: PasswordHash): boolean;
}

/** A hasher; `unavailable` with `retryAfter` when more than 64 wait already (R10). */
export function createPasswordHasher(cost: ScryptCost = COST): PasswordHasher {
  const run = createGate();
  const nobody: PasswordHash = {
    kind: "scrypt",
    ...cost,
    salt: randomBytes(16).toString("base64url"),
    hash: randomBytes(KEY_BYTES).toString("base64url"),
  };
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await run(() => derive(password, salt, cost));
      return {
        kind: "scrypt",
        ...cost,
        salt: salt.toString("base64url"),
        hash: key.toString("base64url"),
      };
    },
    async verify(password, stored) {
      const against = stored ?? nobody;
      const { N, r, p } = against;
      const salt = Buffer.from(against.salt, "base64url");
      const key = await run(() => derive(password, salt, { N, r, p }));
      const expected = Buffer.from(against.hash, "base64url");
      const same = key.length === expected.length && timingSafeEqual(key, expected);
      return stored !== null && same;
    },
    isOutdated: ({ N, r, p }) => N !== cost.N || r !== cost.r || p !== cost.p,
  };
}

function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Two keyboards may compose one letter differently: NFKC makes the passwords equal.
    scrypt(
      password.normalize("NFKC"),
      salt,
      KEY_BYTES,
      { N, r, p, maxmem: 256 * N * r },
      (error, key) => error ? reject(error) : resolve(key),
    );
  });
}

function createGate(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX) {
        throw new AppError("unavailable", "Cannot check the password: too many sign-ins at once", {
          retryAfter: 5,
        });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // A place is handed on, so `running` stays as it is while somebody waits.
      if (next) next();
      else running--;
    }
  };
}
