/**
 * What a browser keeps of one person: unsent messages and drafts. In IndexedDB; where that is
 * missing, full or refused (private windows), in memory, which loses it with the page.
 */
import type { ErrorCode } from "../shared/errors.ts";
import { type Database, openDatabase } from "./database.ts";

/** Drafts that are kept, the newest; and characters of one that are kept. */
const DRAFTS_MAX = 200;
const DRAFT_MAX_CHARS = 50_000;

/** A message that the server has not taken yet. */
export interface OutboxEntry {
  clientId: string;
  /** Key of its conversation: order is kept within one. */
  key: string;
  target: { receiverId: string } | { conversationId: string };
  content: string;
  replyTo: string | null;
  /** ISO 8601, by this machine's clock. */
  createdAt: string;
  /** Ascending: the place among the unsent ones. */
  order: number;
  /** Why the server did not want it: it waits for "retry"; null: to be sent. */
  failed: ErrorCode | null;
}

interface DraftRow {
  key: string;
  text: string;
  at: number;
}

/** All operations are done in the order of the calls, and none rejects. */
export interface LocalStore {
  /** What is in memory alone is among them. */
  listOutbox(): Promise<OutboxEntry[]>;
  /** False: it is in memory only, and gone with the page. */
  putOutbox(entry: OutboxEntry): Promise<boolean>;
  deleteOutbox(clientId: string): Promise<void>;
  listDrafts(): Promise<ReadonlyMap<string, string>>;
  /** An empty text deletes it. */
  putDraft(key: string, text: string, now: number): Promise<void>;
  /** Forgets everything of this person. */
  clear(): Promise<void>;
}

/** Opens the database of `userId` on first use. */
export function createLocalStore(userId: string): LocalStore {
  /** What the database has not taken. */
  const outbox = new Map<string, OutboxEntry>();
  const drafts = new Map<string, DraftRow>();
  let database: Promise<Database | null> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** In the order of the calls; `otherwise` where there is no database, or it refuses. */
  function run<T>(
    inDatabase: (db: Database) => Promise<T>,
    otherwise: () => T,
  ): Promise<T> {
    const result = last.then(async () => {
      database ??= typeof indexedDB === "undefined"
        ? Promise.resolve(null)
        : openDatabase(`skilllink-${userId}`, { outbox: "clientId", drafts: "key" })
          .catch(() => null);
      const db = await database;
      try {
        return db ? await inDatabase(db) : otherwise();
      } catch {
        return otherwise();
      }
    });
    last = result;
    return result;
  }
  async function list<T>(table: string, inMemory: Map<string, T>, keyOf: (row: T) => string) {
    const stored = await run((db) => db.list<T>(table), (): T[] => []);
    return [...new Map([...stored.map((row) => [keyOf(row), row] as const), ...inMemory]).values()];
  }
  async function put<T>(table: string, inMemory: Map<string, T>, key: string, row: T) {
    return await run(async (db) => {
      await db.put(table, row);
      inMemory.delete(key);
      return true;
    }, () => {
      inMemory.set(key, row);
      return false;
    });
  }
  async function remove(table: string, inMemory: Map<string, unknown>, key: string) {
    await run((db) => db.delete(table, key), () => {});
    inMemory.delete(key);
  }

  return {
    async listOutbox() {
      const entries = await list("outbox", outbox, ({ clientId }) => clientId);
      return entries.sort((a, b) => a.order - b.order);
    },
    putOutbox: (entry) => put("outbox", outbox, entry.clientId, entry),
    deleteOutbox: (clientId) => remove("outbox", outbox, clientId),
    async listDrafts() {
      const rows = await list("drafts", drafts, ({ key }) => key);
      rows.sort((a, b) => b.at - a.at);
      for (const { key } of rows.splice(DRAFTS_MAX)) void remove("drafts", drafts, key);
      return new Map(rows.map(({ key, text }) => [key, text]));
    },
    async putDraft(key, text, at) {
      if (!text) return await remove("drafts", drafts, key);
      await put("drafts", drafts, key, { key, text: text.slice(0, DRAFT_MAX_CHARS), at });
    },
    async clear() {
      await run((db) => db.clear(), () => {});
      outbox.clear();
      drafts.clear();
    },
  };
}
