/**
 * The pairs that this site signs pushes with: the one that browsers subscribe with now, and the one
 * before it, which stays usable for devices that subscribed with it (P18).
 */
import { createECDH } from "node:crypto";
import { z } from "zod";
import { AppError } from "../shared/errors.ts";
import type { Clock } from "../shared/clock.ts";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import type { VapidKeys } from "./vapid.ts";

/** Rows in the store: `vapid` is made on the first start, `vapid_previous` by a rotation. */
const CURRENT = "vapid";
const PREVIOUS = "vapid_previous";
/** A key that is not known is looked for in the store at most this often. */
const LOOK_EVERY_MS = 1000;

const pairSchema = z.strictObject({
  publicKey: z.string().length(87),
  privateKey: z.string().length(43),
});

/** What a {@link VapidRing} starts from. */
export interface VapidRingOptions {
  kv: Deno.Kv;
  clock: Clock;
  /** The pair at the start. */
  configured: VapidKeys;
  /** It is the store's, so another server may replace it; else the environment's, which wins. */
  isStored: boolean;
}

/** See the header of this module. */
export class VapidRing {
  #current: VapidKeys;
  #previous: VapidKeys[] = [];
  #lookedAt = -Infinity;

  constructor(private readonly options: VapidRingOptions) {
    const { publicKey, privateKey } = options.configured;
    this.#current = { publicKey, privateKey };
  }

  /** What browsers subscribe with. */
  get publicKey(): string {
    return this.#current.publicKey;
  }

  /** The pair of a public key; null when it is not (or no more) ours. */
  async find(publicKey: string): Promise<VapidKeys | null> {
    const { clock } = this.options;
    const known = this.#known(publicKey);
    if (known || clock.now() - this.#lookedAt < LOOK_EVERY_MS) return known;
    await this.refresh();
    return this.#known(publicKey);
  }

  #known(publicKey: string): VapidKeys | null {
    return [this.#current, ...this.#previous].find((pair) => pair.publicKey === publicKey) ?? null;
  }

  /** Takes over what another server, or an earlier start, has left in the store. */
  async refresh(): Promise<void> {
    const { kv, clock, isStored } = this.options;
    this.#lookedAt = clock.now();
    const [current, previous] = await kv.getMany<[unknown, unknown]>([
      keys.secret(CURRENT),
      keys.secret(PREVIOUS),
    ]);
    const stored = [current, previous].flatMap(({ value }) =>
      value === null ? [] : [pairSchema.parse(value)]
    );
    const [newest] = stored;
    if (isStored && current.value !== null && newest) this.#current = newest;
    this.#previous = stored.filter((pair) => pair.publicKey !== this.#current.publicKey);
  }

  /**
   * Replaces the pair whose public key is `from` by a new one; a pair that is replaced already stays,
   * so a request that is repeated, or made on two servers at once, is done once. Returns the public
   * key from now on. `conflict` when the pair is the environment's.
   */
  async rotate(from: string): Promise<string> {
    const { kv, isStored } = this.options;
    if (!isStored) {
      const why = "VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are set in the environment";
      throw new AppError("conflict", `Cannot rotate the VAPID keys: ${why}`);
    }
    const made = makePair();
    await transact(kv, async (tx) => {
      const current = pairSchema.parse(await tx.get(keys.secret(CURRENT)) ?? this.#current);
      if (current.publicKey !== from) return;
      tx.set(keys.secret(PREVIOUS), current);
      tx.set(keys.secret(CURRENT), made);
    });
    await this.refresh();
    return this.publicKey;
  }
}

/** A P-256 pair as RFC 8292 names it. */
function makePair(): VapidKeys {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  // A scalar that begins with zeros comes without them.
  const scalar = new Uint8Array(32);
  const secret = pair.getPrivateKey();
  scalar.set(secret, 32 - secret.length);
  return {
    publicKey: pair.getPublicKey("base64url"),
    privateKey: scalar.toBase64({ alphabet: "base64url", omitPadding: true }),
  };
}
