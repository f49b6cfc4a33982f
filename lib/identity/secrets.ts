/** The process's secrets: from the environment, or made once and kept in the store. */
import { z } from "zod";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import { randomSecret } from "./random.ts";
import type { Secrets } from "./types.ts";

const vapidSchema = z.strictObject({
  publicKey: z.string().length(87),
  privateKey: z.string().length(43),
});
const jwtSchema = z.string().min(32);

/**
 * What is configured wins. What is not is made on the first start by a checked write, so that servers
 * that start together on one store agree.
 */
export async function resolveSecrets(
  kv: Deno.Kv,
  given: { jwtSecret: string | null; vapid: Secrets["vapid"] | null },
): Promise<Secrets> {
  return {
    jwt: given.jwtSecret ?? await keep(kv, "jwt", jwtSchema, () => Promise.resolve(randomSecret())),
    vapid: given.vapid ?? await keep(kv, "vapid", vapidSchema, makeVapidKeys),
  };
}

async function keep<T>(
  kv: Deno.Kv,
  name: string,
  schema: z.ZodType<T>,
  make: () => Promise<T>,
): Promise<T> {
  const made = await make();
  return await transact(kv, async (tx) => {
    const stored = await tx.get<unknown>(keys.secret(name));
    if (stored !== null) return schema.parse(stored);
    tx.set(keys.secret(name), made);
    return made;
  });
}

/** A P-256 pair as RFC 8292 names it: the uncompressed point and the scalar, in base64url. */
async function makeVapidKeys(): Promise<Secrets["vapid"]> {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return vapidSchema.parse({
    publicKey: raw.toBase64({ alphabet: "base64url", omitPadding: true }),
    privateKey: d,
  });
}
