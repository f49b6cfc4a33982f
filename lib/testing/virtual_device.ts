/** A browser's half of web push for tests: keys of its own, and the decryption of RFC 8291. */
import { createDecipheriv, createECDH, type ECDH, hkdfSync } from "node:crypto";
import type { Buffer } from "node:buffer";

/** Something that can be subscribed and reads what it is sent. */
export interface VirtualDevice {
  keys: { p256dh: string; auth: string };
  /** The plaintext of a body; throws when it is not for this device or was changed on the way. */
  decrypt(body: Uint8Array): string;
}

/** Makes a device; its keys are random unless they are given (base64url). */
export function createVirtualDevice(
  given: { privateKey?: string; auth?: string } = {},
): VirtualDevice {
  const ecdh = createECDH("prime256v1");
  if (given.privateKey) ecdh.setPrivateKey(given.privateKey, "base64url");
  else ecdh.generateKeys();
  const auth = given.auth ? decode(given.auth) : crypto.getRandomValues(new Uint8Array(16));
  return {
    keys: { p256dh: ecdh.getPublicKey("base64url"), auth: encode(auth) },
    decrypt: (body) => decrypt(body, ecdh, auth),
  };
}

/** RFC 8188 §2.1 (header and one record) with the keys of RFC 8291 §3.4. */
function decrypt(body: Uint8Array, ecdh: ECDH, auth: Uint8Array): string {
  const salt = body.subarray(0, 16);
  const idLength = body[20] ?? 0;
  const sender = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  const keyInfo = concat(text("WebPush: info\0"), ecdh.getPublicKey(), sender);
  const secret = hkdf(auth, ecdh.computeSecret(sender), keyInfo, 32);
  const key = hkdf(salt, secret, text("Content-Encoding: aes128gcm\0"), 16);
  const nonce = hkdf(salt, secret, text("Content-Encoding: nonce\0"), 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = concat(decipher.update(record.subarray(0, -16)), decipher.final());
  const end = padded.lastIndexOf(2);
  if (end < 0) throw new Error("The last record has no delimiter");
  return new TextDecoder("utf-8", { fatal: true }).decode(padded.subarray(0, end));
}

function hkdf(salt: Uint8Array, input: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", input, salt, info, length));
}

function concat(...parts: (Uint8Array | Buffer)[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const text = (value: string) => new TextEncoder().encode(value);
const decode = (value: string) => Uint8Array.fromBase64(value, { alphabet: "base64url" });
const encode = (value: Uint8Array) => value.toBase64({ alphabet: "base64url", omitPadding: true });
