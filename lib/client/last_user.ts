/** Who was signed in last in this browser, and the way to forget what was kept of them. */

/** In the browser's notes: the id of whoever was signed in last. */
export const LAST_USER = "skilllink-last-user";
/** Name of the database with the last state of a person. */
export const databaseOf = (userId: string) => `skilllink-last-${userId}`;

/** Notes that outlive the page; null: none, or they are refused. */
export interface Notes {
  read(name: string): string | null;
  write(name: string, value: string | null): void;
}

/** The browser's own; storage is refused altogether in some private windows. */
export const realNotes: Notes = {
  read(name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
    } catch {
      return;
    }
  },
};

/** Forgets what was kept of whoever was signed in here last: called where nobody is. */
export async function forgetLastState(notes: Notes = realNotes): Promise<void> {
  const userId = notes.read(LAST_USER);
  if (userId !== null) await removeDatabase(databaseOf(userId));
}

/** Resolves when it is gone, or will be as soon as the tabs that use it have let it go. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = () => resolve();
    } catch {
      resolve();
    }
  });
}
