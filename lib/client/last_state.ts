/**
 * What a browser keeps of the person who is signed in, so that the app opens without its server: the
 * list, the last messages of conversations that were open, the newest notifications, and how far own
 * messages were delivered. One database per person; nothing of it outlives signing out, or somebody
 * else's signing in.
 */
import { effect } from "@preact/signals";
import type { Clock, Timer } from "../shared/clock.ts";
import type { InitialConversation, InitialState } from "../shared/initial_state.ts";
import { type Database, openDatabase } from "./database.ts";
import { databaseOf, LAST_USER, type Notes, realNotes, removeDatabase } from "./last_user.ts";

/** Conversations of the list, pages of messages, notifications, delivery marks. */
const ROWS_MAX = 100;
const PAGES_MAX = 30;
const NOTIFICATIONS_MAX = 30;
const MARKS_MAX = 500;
/** A change is written after this; one that follows at once goes along. */
const WAIT_MS = 1000;
type KeptInitial = Omit<InitialState, "open" | "kept" | "renderedAt">;
/** By the key of a conversation: the last own message that was delivered, by seq. */
type Marks = Readonly<Record<string, number>>;

/** A conversation's newest messages. */
export interface KeptPage extends InitialConversation {
  /** The conversation's key in the local store. */
  key: string;
}

/** What is to be kept now. */
export interface Snapshot extends KeptInitial {
  /** Of what is in memory, the conversation that was shown last first. */
  pages: readonly KeptPage[];
  delivered: Marks;
}

interface StateRow extends KeptInitial {
  key: "state";
  delivered: Marks;
  /** Keys of the pages, the newest first. */
  pages: readonly string[];
}

const open = (userId: string): Promise<Database> =>
  openDatabase(databaseOf(userId), { state: "key", pages: "key" });

/** What was kept of whoever was signed in here last, with the page of `/chat/<id>`; null: nothing. */
export async function recallLastState(
  id: string | null,
  notes: Notes = realNotes,
): Promise<InitialState | null> {
  const userId = notes.read(LAST_USER);
  if (userId === null) return null;
  try {
    const db = await open(userId);
    const [row] = await db.list<StateRow>("state");
    if (row?.me?.id !== userId) return null;
    const { key: _, delivered: __, pages: ___, ...initial } = row;
    const pages = id === null ? [] : await db.list<KeptPage>("pages");
    const found = pages.find(({ row }) => row.id === id || row.partner?.id === id);
    return {
      ...initial,
      renderedAt: new Date().toISOString(),
      kept: true,
      open: found ?? null,
    };
  } catch {
    return null;
  }
}

export interface KeeperOptions {
  userId: string;
  clock: Clock;
  notes?: Notes;
  /** Reads signals: what it read is watched. */
  snapshot(): Snapshot;
  /** What an earlier page of this browser knew. */
  restore(delivered: Marks): void;
}

/** Keeps the last state of one person. */
export interface LastStateKeeper {
  saveNow(): Promise<void>;
  page(key: string): Promise<KeptPage | null>;
  /** Forgets everything; nothing is kept from then on. `left`: by signing out here. */
  forget(left: boolean): Promise<void>;
}

/** Begins to keep it; what is kept of anybody else is removed first, unsent messages included. */
export async function keepLastState(
  { userId, clock, notes = realNotes, snapshot, restore }: KeeperOptions,
): Promise<LastStateKeeper> {
  const before = notes.read(LAST_USER);
  if (before !== null && before !== userId) {
    await Promise.all([removeDatabase(databaseOf(before)), removeDatabase(`skilllink-${before}`)]);
  }
  notes.write(LAST_USER, userId);
  const db = await open(userId);
  const [known] = await db.list<StateRow>("state");
  restore(known?.delivered ?? {});

  /** As they were written last, by key. */
  const written = new Map<string, string>();
  let timer: Timer | null = null;
  let dirty = false;
  let over = false;
  let last: Promise<unknown> = Promise.resolve();

  async function save(): Promise<void> {
    if (over || !dirty) return;
    dirty = false;
    const { pages, delivered: marks, conversations, notifications, ...rest } = snapshot();
    // Another tab may have written since.
    const [stored] = await db.list<StateRow>("state");
    const delivered = Object.fromEntries(
      Object.entries({ ...marks, ...without(stored?.delivered ?? {}, marks) }).slice(0, MARKS_MAX),
    );
    const now = pages.map(({ key }) => key);
    const all = [...now, ...stored?.pages.filter((key) => !now.includes(key)) ?? []];
    const keys = all.slice(0, PAGES_MAX);
    const row: StateRow = {
      ...rest,
      key: "state",
      conversations: { ...conversations, rows: conversations.rows.slice(0, ROWS_MAX) },
      notifications: { ...notifications, items: notifications.items.slice(0, NOTIFICATIONS_MAX) },
      delivered,
      pages: keys,
    };
    await db.put("state", row);
    for (const page of pages) {
      if (!keys.includes(page.key)) continue;
      const mark = `${page.row.rev} ${page.row.readSeq} ${page.messages.at(-1)?.seq}`;
      if (written.get(page.key) === mark) continue;
      written.set(page.key, mark);
      await db.put("pages", page);
    }
    for (const key of all.slice(PAGES_MAX)) {
      written.delete(key);
      await db.delete("pages", key);
    }
  }
  /** One after the other; a browser that is out of room keeps what it had. */
  function saveNow(): Promise<void> {
    timer?.cancel();
    timer = null;
    const saved = last.then(save).catch(() => {});
    last = saved;
    return saved;
  }
  const stop = effect(() => {
    snapshot();
    dirty = true;
    timer ??= clock.after(WAIT_MS, () => void saveNow());
  });

  return {
    saveNow,
    async page(key) {
      const pages = await db.list<KeptPage>("pages").catch(() => []);
      return pages.find((page) => page.key === key) ?? null;
    },
    async forget(left) {
      over = true;
      stop();
      timer?.cancel();
      if (left) notes.write(LAST_USER, null);
      await last;
      await db.clear().catch(() => {});
    },
  };
}

/** Those that have no newer one among `others`, or a higher one. */
function without(marks: Marks, others: Marks): Marks {
  return Object.fromEntries(
    Object.entries(marks).filter(([key, seq]) => seq > (others[key] ?? 0)),
  );
}

/**
 * Has the service worker keep the app itself: the page that opens without the server, and its files.
 * Once for each build, language and theme; what is kept already is not fetched again.
 */
export async function keepApp(): Promise<void> {
  const sheet = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"]')?.href;
  if (!("serviceWorker" in navigator) || sheet === undefined) return;
  const { lang, dataset } = document.documentElement;
  const { pathname, search } = new URL(sheet);
  const version = [pathname + search, lang, dataset.theme ?? "system"].join(" ");
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ type: "keep", version });
}
