/**
 * What a browser keeps of one person: unsent messages and drafts. In IndexedDB; where that is
 * missing, full or refused (private windows), in memory, which loses it with the page.
 */
import type { IDBPDatabase, IDBPObjectStore } from "idb";
import type { ErrorCode } from "../shared/errors.ts";

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
  listOutbox(): Promise<OutboxEntry[]>;
  putOutbox(entry: OutboxEntry): Promise<void>;
  deleteOutbox(clientId: string): Promise<void>;
  listDrafts(): Promise<ReadonlyMap<string, string>>;
  /** An empty text deletes it. */
  putDraft(key: string, text: string, now: number): Promise<void>;
  /** Forgets everything of this person. */
  clear(): Promise<void>;
}

/** Opens the database of `userId` on first use. */
export function createLocalStore(userId: string): LocalStore {
  const outbox = new Map<string, OutboxEntry>();
  const drafts = new Map<string, DraftRow>();
  let database: Promise<IDBPDatabase | null> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function opened(): Promise<IDBPDatabase | null> {
    return database ??= typeof indexedDB === "undefined" ? Promise.resolve(null) : open();
  }
  async function open(): Promise<IDBPDatabase | null> {
    try {
      const { openDB } = await import("idb");
      const db: IDBPDatabase = await openDB(`skilllink-${userId}`, 1, {
        upgrade(db) {
          db.createObjectStore("outbox", { keyPath: "clientId" });
          db.createObjectStore("drafts", { keyPath: "key" });
        },
        // A newer version of the app wants to upgrade: let it, and go on in memory.
        blocking: () => db.close(),
        terminated: () => void (database = null),
      });
      return db;
    } catch {
      return null;
    }
  }
  /** `inMemory` is always done, `inDatabase` too where there is one. */
  function run<T>(
    inMemory: () => T,
    inDatabase: (db: IDBPDatabase) => Promise<T>,
  ): Promise<T> {
    const result = last.then(async () => {
      const value = inMemory();
      const db = await opened();
      try {
        return db ? await inDatabase(db) : value;
      } catch {
        return value;
      }
    });
    last = result;
    return result;
  }

  return {
    listOutbox: () =>
      run(() => [...outbox.values()], (db) => db.getAll("outbox"))
        .then((entries) => entries.sort((a, b) => a.order - b.order)),
    putOutbox: (entry) =>
      run(
        () => void outbox.set(entry.clientId, entry),
        (db) => write(db, "outbox", (table) => table.put(entry)),
      ),
    deleteOutbox: (clientId) =>
      run(
        () => void outbox.delete(clientId),
        (db) => write(db, "outbox", (table) => table.delete(clientId)),
      ),
    async listDrafts() {
      const rows = await run(() => [...drafts.values()], (db) => db.getAll("drafts"));
      rows.sort((a: DraftRow, b: DraftRow) => b.at - a.at);
      for (const { key } of rows.splice(DRAFTS_MAX)) void this.putDraft(key, "", 0);
      return new Map(rows.map(({ key, text }: DraftRow) => [key, text]));
    },
    putDraft(key, text, at) {
      const row = { key, text: text.slice(0, DRAFT_MAX_CHARS), at };
      return run(
        () => void (text ? drafts.set(key, row) : drafts.delete(key)),
        (db) => write(db, "drafts", (table) => text ? table.put(row) : table.delete(key)),
      );
    },
    clear: () =>
      run(() => {
        outbox.clear();
        drafts.clear();
      }, async (db) => {
        await Promise.all([db.clear("outbox"), db.clear("drafts")]);
      }),
  };
}

type TableName = "outbox" | "drafts";
type Table = IDBPObjectStore<unknown, [TableName], TableName, "readwrite">;

/**
 * A change of its own, committed at once: a transaction that waits to be committed by itself is
 * dropped with a page that is left or reloaded meanwhile.
 */
async function write(
  db: IDBPDatabase,
  name: TableName,
  change: (table: Table) => Promise<unknown>,
): Promise<void> {
  const transaction = db.transaction(name, "readwrite");
  // What the change answers is told by the transaction's end as well.
  change(transaction.store).catch(() => {});
  transaction.commit();
  await transaction.done;
}
