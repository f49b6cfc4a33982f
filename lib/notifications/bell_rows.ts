/** Where inboxes and heads of logs come from: the store, or memory that the journal keeps true. */
import { getRows } from "../kv/transact.ts";
import { keys } from "../kv/keys.ts";
import { EMPTY_INBOX } from "./inbox.ts";
import { type InboxRow, inboxSchema, type LogName, type LogRow } from "./notification_rows.ts";

/** Reads the two kinds of row that counts are made of. */
export interface BellRows {
  inbox(userId: string): Promise<InboxRow>;
  /** In the order of `names`; a log without entries has the count 0. */
  heads(names: readonly LogName[]): Promise<LogRow[]>;
}

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

  inboxChanged(userId: string): void {
    this.#inboxes.forget(userId);
  }

  logChanged(name: LogName): void {
    this.#heads.forget(name);
  }

  everythingChanged(): void {
    this.#inboxes.clear();
    this.#heads.clear();
  }
}

class Remembered<T> {
  readonly #values = new Map<string, Promise<T>>();

  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#values.get(key);
    if (known) return known;
    const value = read();
    this.#values.set(key, value);
    value.catch(() => {
      if (this.#values.get(key) === value) this.#values.delete(key);
    });
    const [oldest] = this.#values.keys();
    if (this.#values.size > KEPT && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }

  forget(key: string): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }
}
