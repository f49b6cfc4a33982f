/** The application server's proof of who it is towards push services (RFC 8292, P6). */
import { importJWK, SignJWT } from "jose";
import type { Clock } from "../shared/clock.ts";
import { vapidSubjectSchema } from "../shared/notification_schema.ts";

/** A P-256 pair: the uncompressed point and the scalar, both in base64url. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** What pushes are signed with at the start, and whom vendors may write to. */
export interface VapidConfig extends VapidKeys {
  /** `mailto:` or `https:`; never localhost, which Apple refuses. */
  subject: string;
  /** The pair is the store's, and may be replaced there; missing: the environment's. */
  isStored?: boolean;
}

/** Where a signer finds its pairs, of now and of before (P18). */
export interface VapidSource {
  subject: string;
  find(publicKey: string): Promise<VapidKeys | null>;
}

/** Signs for push services. */
export interface VapidSigner {
  /** The Authorization header for `origin`; null when the key is not (or no more) ours. */
  authorization(origin: string, publicKey: string): Promise<string | null>;
}

/** A JWT is used for an hour … */
const REUSE_MS = 60 * 60 * 1000;
/** … and good for twelve, far below the 24 that RFC 8292 §2 allows, whatever a vendor's clock says. */
const LIFETIME_SECONDS = 12 * 60 * 60;
/** Origins remembered at a time (Windows' push service has a host for each region). */
const MAX_CACHED = 256;

/**
 * Signs one JWT an origin and hour: signing costs more than all the rest of a push. Runs of pushes
 * that start together share one signature, because the promise is what is kept.
 */
export function createVapidSigner(source: VapidSource, clock: Clock): VapidSigner {
  const subject = vapidSubjectSchema.safeParse(source.subject);
  if (!subject.success) {
    throw new Error(`Cannot sign pushes: the subject ${subject.error.issues[0]?.message}`);
  }
  const cache = new Map<string, { until: number; header: Promise<string> }>();

  async function sign(origin: string, pair: VapidKeys): Promise<string> {
    const exp = Math.floor(clock.now() / 1000) + LIFETIME_SECONDS;
    const jwt = await new SignJWT({ aud: origin, exp, sub: source.subject })
      .setProtectedHeader({ typ: "JWT", alg: "ES256" })
      .sign(await importJWK(toJwk(pair), "ES256"));
    return `vapid t=${jwt}, k=${pair.publicKey}`;
  }

  return {
    async authorization(origin, publicKey) {
      const pair = await source.find(publicKey);
      if (pair === null) return null;
      const name = `${publicKey} ${origin}`;
      const known = cache.get(name);
      if (known && known.until > clock.now()) return await known.header;
      cache.delete(name);
      const header = sign(origin, pair);
      cache.set(name, { until: clock.now() + REUSE_MS, header });
      const [oldest] = cache.keys();
      if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
      header.catch(() => cache.delete(name));
      return await header;
    },
  };
}

function toJwk({ publicKey, privateKey }: VapidKeys) {
  const point = Uint8Array.fromBase64(publicKey, { alphabet: "base64url" });
  const part = (from: number, to: number) =>
    point.slice(from, to).toBase64({ alphabet: "base64url", omitPadding: true });
  return { kty: "EC", crv: "P-256", x: part(1, 33), y: part(33, 65), d: privateKey };
}
