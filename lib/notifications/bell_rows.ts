/** Where inboxes and heads of logs come from: the store, or memory that the journal keeps true. */
import { getRows } from "../kv/transact.ts";
import { keys } from "../kv/keys.ts";
import { EMPTY_INBOX } from "./inbox.ts";
import { findHidden, parseCategories } from "./categories.ts";
import {
  type EntryRow,
  entrySchema,
  type InboxRow,
  inboxSchema,
  type LogName,
  type LogRow,
} from "./notification_rows.ts";
import { parsePreferences } from "./preferences_row.ts";

/** Reads the rows that counts are made of. */
export interface BellRows {
  inbox(userId: string): Promise<InboxRow>;
  /** In the order of `names`; a log without entries has the count 0. */
  heads(names: readonly LogName[]): Promise<LogRow[]>;
  /** Which categories somebody keeps out of the bell; null where none. */
  hides(userId: string): Promise<Hides | null>;
  /** Categories of a log's entries above `ord`, the newest 5,000 at most, in no order. */
  categories(name: LogName, ord: number): Promise<readonly EntryCategory[]>;
}

/** True for a category that is kept out of a bell. */
export type Hides = (category: string) => boolean;
/** What kind an entry is of. */
export type EntryCategory = Pick<EntryRow, "ord" | "category">;

/** Entries of a log that are looked at in one go; older ones are shown. */
const SCAN_MAX = 5000;

/** A stored inbox as it is used. */
export function parseInbox(value: unknown): InboxRow {
  return value === null ? EMPTY_INBOX : inboxSchema.parse(value);
}

const NO_ENTRIES: LogRow = { count: 0, lastSeq: 0 };

/** Straight from the store: what answers to requests are made of. */
export function storedRows(kv: Deno.Kv): BellRows {
  return {
    inbox: async (userId) => parseInbox((await kv.get(keys.inbox(userId))).value),
    async heads(names) {
      const rows = await getRows<LogRow>(kv, names.map((name) => keys.notificationLog(name)));
      return rows.map(({ value }) => value ?? NO_ENTRIES);
    },
    async hides(userId) {
      const [categories, row] = await kv.getMany<[unknown, unknown]>([
        keys.categories(),
        keys.preferences(userId),
      ]);
      return findHidden(parseCategories(categories.value), parsePreferences(row.value));
    },
    async categories(name, ord) {
      const found: EntryCategory[] = [];
      const selector = { prefix: keys.notifications(name) };
      for await (const { value } of kv.list(selector, { limit: SCAN_MAX, reverse: true })) {
        const entry = entrySchema.parse(value);
        if (entry.ord <= ord) break;
        found.push({ ord: entry.ord, category: entry.category });
      }
      return found;
    },
  };
}

/** Rows of one kind in memory. */
const KEPT = 20_000;

/**
 * Remembers what it has read until it is told that it changed, so that telling a thousand people of
 * one broadcast costs no thousand reads. What was being read when a change came is not kept.
 */
export class RememberedRows implements BellRows {
  readonly #inboxes = new Remembered<InboxRow>();
  readonly #heads = new Remembered<LogRow>();
  readonly #hides = new Remembered<Hides | null>();
  /** The newest entries of a log, from a place on. */
  readonly #newest = new Remembered<{ above: number; entries: readonly EntryCategory[] }>();

  constructor(private readonly stored: BellRows) {}

  inbox(userId: string): Promise<InboxRow> {
    return this.#inboxes.get(userId, () => this.stored.inbox(userId));
  }

  heads(names: readonly LogName[]): Promise<LogRow[]> {
    return Promise.all(
      names.map((name) =>
        this.#heads.get(name, async () => (await this.stored.heads([name]))[0] ?? NO_ENTRIES)
      ),
    );
  }

  hides(userId: string): Promise<Hides | null> {
    return this.#hides.get(userId, () => this.stored.hides(userId));
  }

  async categories(name: LogName, ord: number): Promise<readonly EntryCategory[]> {
    const read = async () => ({ above: ord, entries: await this.stored.categories(name, ord) });
    let newest = await this.#newest.get(name, read);
    if (newest.above > ord) {
      this.#newest.forget(name);
      newest = await this.#newest.get(name, read);
    }
    return newest.entries.filter((entry) => entry.ord > ord);
  }

  /** What {@link inbox} would give, out of memory; undefined where it takes a read. */
  peekInbox(userId: string): InboxRow | undefined {
    return this.#inboxes.peek(userId);
  }

  /** The head of one log, likewise. */
  peekHead(name: LogName): LogRow | undefined {
    return this.#heads.peek(name);
  }

  /** What {@link hides} would give, likewise. */
  peekHides(userId: string): Hides | null | undefined {
    return this.#hides.peek(userId);
  }

  preferencesChanged(userId: string): void {
    this.#hides.forget(userId);
  }

  categoriesChanged(): void {
    this.#hides.clear();
  }

  inboxChanged(userId: string): void {
    this.#inboxes.forget(userId);
  }

  logChanged(name: LogName): void {
    this.#heads.forget(name);
    this.#newest.forget(name);
  }

  everythingChanged(): void {
    this.#inboxes.clear();
    this.#heads.clear();
    this.#newest.clear();
    this.#hides.clear();
  }
}

class Remembered<T> {
  /** `value` is there once it has been read. */
  readonly #values = new Map<string, { reading: Promise<T>; value: T | undefined }>();

  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#values.get(key);
    if (known) return known.reading;
    const reading = read();
    const entry: { reading: Promise<T>; value: T | undefined } = { reading, value: undefined };
    this.#values.set(key, entry);
    reading.then((value) => entry.value = value, () => {
      if (this.#values.get(key) === entry) this.#values.delete(key);
    });
    const [oldest] = this.#values.keys();
    if (this.#values.size > KEPT && oldest !== undefined) this.#values.delete(oldest);
    return reading;
  }

  peek(key: string): T | undefined {
    return this.#values.get(key)?.value;
  }

  forget(key: string): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }
}
