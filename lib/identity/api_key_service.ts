/** API keys of other services: `sk_…`, stored as digests, with scopes. */
import { z } from "zod";
import { type ApiKeyInfo, scopeSchema } from "../shared/api_key_schema.ts";
import { idSchema } from "../shared/basics.ts";
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { keys } from "../kv/keys.ts";
import { getRows, transact } from "../kv/transact.ts";
import { BoundedMap } from "./bounded_map.ts";
import { digest, randomId, randomSecret } from "./random.ts";
import type { ApiKeyService, Principal } from "./types.ts";

/** Beginning of every key: what tells it from a JWT. */
export const API_KEY_PREFIX = "sk_";
/** Keys that can exist at a time. */
export const API_KEYS_MAX = 200;
/** A key that was found is not read again for so long: a revoked one ends within 5 s, slow reads included. */
const CACHED_MS = 4000;
const CACHED_MAX = 2000;

const storedKeySchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdBy: idSchema,
  createdAt: z.number(),
});
type StoredKey = z.infer<typeof storedKeySchema>;

/** The service, with what only identity itself may use. */
export interface ApiKeys extends ApiKeyService {
  /** Who `key` stands for; null for an unknown or revoked one. */
  authenticate(key: string): Promise<Principal | null>;
}

/** The API keys of one process. */
export function createApiKeyService({ kv, clock }: { kv: Deno.Kv; clock: Clock }): ApiKeys {
  const cache = new BoundedMap<string, { key: StoredKey; until: number }>(CACHED_MAX);

  async function find(hash: string): Promise<StoredKey | null> {
    const known = cache.get(hash);
    if (known && known.until > clock.now()) return known.key;
    const { value } = await kv.get(keys.apiKey(hash));
    if (value === null) return null;
    const key = storedKeySchema.parse(value);
    cache.set(hash, { key, until: clock.now() + CACHED_MS });
    return key;
  }

  async function listHashes(): Promise<string[]> {
    const hashes: string[] = [];
    for await (const row of kv.list({ prefix: keys.apiKeys() }, { limit: API_KEYS_MAX })) {
      hashes.push(z.string().parse(row.value));
    }
    return hashes;
  }

  return {
    async authenticate(key) {
      const stored = await find(digest(key));
      return stored && {
        kind: "service",
        keyId: stored.id,
        scopes: stored.scopes,
        via: "bearer",
      };
    },
    async create(createdBy, { name, scopes }) {
      if ((await listHashes()).length >= API_KEYS_MAX) {
        throw new AppError("conflict", `Cannot make a key: there are ${API_KEYS_MAX} already`);
      }
      const key = API_KEY_PREFIX + randomSecret();
      const hash = digest(key);
      const stored: StoredKey = {
        id: randomId("k_"),
        name,
        scopes: [...new Set(scopes)],
        createdBy,
        createdAt: clock.now(),
      };
      await transact(kv, (tx) => {
        tx.set(keys.apiKey(hash), stored);
        tx.set(keys.apiKeyById(stored.id), hash);
        return Promise.resolve();
      });
      return { key, info: toInfo(stored) };
    },
    async list() {
      const rows = await getRows<unknown>(
        kv,
        (await listHashes()).map((hash) => keys.apiKey(hash)),
      );
      return rows.filter((row) => row.value !== null)
        .map((row) => toInfo(storedKeySchema.parse(row.value)));
    },
    async revoke(id) {
      const hash = await transact(kv, async (tx) => {
        const stored = await tx.get<string>(keys.apiKeyById(id));
        if (stored === null) {
          throw new AppError("not_found", "Cannot revoke the key: no such key");
        }
        tx.delete(keys.apiKeyById(id));
        tx.delete(keys.apiKey(stored));
        return stored;
      });
      cache.delete(hash);
    },
  };
}

function toInfo(key: StoredKey): ApiKeyInfo {
  return { ...key, createdAt: new Date(key.createdAt).toISOString() };
}
