/**
 * A small IndexedDB with tables of rows that hold their own key. One that is broken is made anew:
 * what it held is lost, what is written from then on is kept.
 */

/** Rows that one `list` gives; past it those with the greatest keys are left out. */
const ROWS_MAX = 2000;
/** What browsers say of a database whose files are broken, or that lacks a table. */
const BROKEN = ["UnknownError", "DataError", "NotFoundError"];
/** And of one that was closed: its storage was cleared, or `versionchange`. */
const CLOSED = "InvalidStateError";

export interface Database {
  list<T>(table: string): Promise<T[]>;
  /** Rejects when it could not be stored: no room, or the database is gone. */
  put(table: string, row: unknown): Promise<void>;
  delete(table: string, key: string): Promise<void>;
  clear(): Promise<void>;
}

/** `tables`: the name of each, and the property that is its key. Rejects where there can be none. */
export async function openDatabase(
  name: string,
  tables: Readonly<Record<string, string>>,
): Promise<Database> {
  const names = Object.keys(tables);
  let db = await open().catch(mend);

  async function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const table of names) {
        request.result.createObjectStore(table, { keyPath: tables[table] });
      }
    };
    const opened = await answer(request);
    // Another tab makes it anew, or a newer version of the app changes it: let it.
    opened.onversionchange = () => opened.close();
    if (names.every((table) => opened.objectStoreNames.contains(table))) return opened;
    opened.close();
    throw new DOMException(`Cannot use ${name}: a table is missing`, "NotFoundError");
  }
  /** Makes it anew if it is broken, and only then: it is all that is left of unsent messages. */
  async function mend(error: unknown): Promise<IDBDatabase> {
    if (!BROKEN.includes(nameOf(error))) throw error;
    await answer(indexedDB.deleteDatabase(name));
    return await open();
  }
  /**
   * A transaction of its own, committed at once: one that waits to be committed by itself is dropped
   * with a page that is left or reloaded meanwhile.
   */
  function write(where: string[], change: (table: IDBObjectStore) => unknown): Promise<void> {
    const transaction = db.transaction(where, "readwrite");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    for (const table of where) change(transaction.objectStore(table));
    transaction.commit();
    return promise;
  }
  /** Once more, if it was closed meanwhile or had to be made anew. */
  async function again<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (nameOf(error) !== CLOSED && !BROKEN.includes(nameOf(error))) throw error;
      db.close();
      db = await (nameOf(error) === CLOSED ? open().catch(mend) : mend(error));
      return await work();
    }
  }

  return {
    list: (table) =>
      again(() => answer(db.transaction(table).objectStore(table).getAll(null, ROWS_MAX))),
    put: (table, row) => again(() => write([table], (rows) => rows.put(row))),
    delete: (table, key) => again(() => write([table], (rows) => rows.delete(key))),
    clear: () => again(() => write(names, (rows) => rows.clear())),
  };
}

const nameOf = (error: unknown) => error instanceof DOMException ? error.name : "";

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
