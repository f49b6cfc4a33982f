/**
 * Rows of sessions. A session's id is the digest of the cookie's value, so the row is found from a
 * cookie and from an id alike, and neither the row nor the id opens anything.
 */
import { z } from "zod";
import { idSchema } from "../shared/basics.ts";
import { keys } from "../kv/keys.ts";
import { getRows } from "../kv/transact.ts";

const storedSessionSchema = z.strictObject({
  id: idSchema,
  userId: idSchema,
  userAgent: z.string(),
  address: z.string(),
  /** Milliseconds, like the others. */
  createdAt: z.number(),
  lastSeenAt: z.number(),
  /** The store's own expiry is a lower bound only, so the time stands here as well. */
  expiresAt: z.number(),
});
/** A session as stored. */
export type StoredSession = z.infer<typeof storedSessionSchema>;

/** Parses a row; null for a missing one. */
export function parseSession(value: unknown): StoredSession | null {
  return value === null ? null : storedSessionSchema.parse(value);
}

/** Reads one session, ended ones too while the store keeps them. */
export async function getSession(kv: Deno.Kv, sessionId: string): Promise<StoredSession | null> {
  return parseSession((await kv.get(keys.session(sessionId))).value);
}

/** The sessions of somebody, `limit` at most. */
export async function listSessionsOf(
  kv: Deno.Kv,
  userId: string,
  limit: number,
): Promise<StoredSession[]> {
  const ids: string[] = [];
  for await (const row of kv.list({ prefix: keys.sessionsOf(userId) }, { limit })) {
    ids.push(String(row.key[2]));
  }
  const rows = await getRows<unknown>(kv, ids.map((id) => keys.session(id)));
  return rows.map((row) => parseSession(row.value)).filter((session) => session !== null);
}

/** Writes a session and its index row, both of which end with it. */
export function putSession(
  writer: { set(key: Deno.KvKey, value: unknown, options?: { expireIn?: number }): void },
  session: StoredSession,
  now: number,
): void {
  const options = { expireIn: Math.max(1, session.expiresAt - now) };
  writer.set(keys.session(session.id), session, options);
  writer.set(keys.sessionOf(session.userId, session.id), 1, options);
}
