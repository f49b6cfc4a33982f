/** Ids, secrets and the digests that are stored in their place. */
import { createHash } from "node:crypto";

/** `prefix` and 128 random bits: 22 characters of base64url. */
export function randomId(prefix: string): string {
  return prefix + base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** 256 random bits: 43 characters of base64url. */
export function randomSecret(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * SHA-256 in base64url. Enough for secrets of 256 random bits, which nobody can guess; passwords
 * are hashed by scrypt.
 */
export function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
