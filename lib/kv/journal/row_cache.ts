/**
 * Rows of one shard as they stand after its head's last known version. They are true as long as a
 * check of that head succeeds, because every write to them moves it.
 */
import type { Head } from "./log_row.ts";

/** Rows that a log keeps; the oldest go first. */
const KEPT_ROWS = 30_000;

/** A key as a string, for maps. Parts are validated strings, so the separator is not among them. */
export function keyText(key: Deno.KvKey): string {
  return key.length === 2 ? `${String(key[0])}\n${String(key[1])}` : key.join("\n");
}

/** The known version of a shard's head. */
export interface KnownHead {
  n: number;
  versionstamp: string | null;
}

/** See the header of this module. */
export class RowCache {
  head: KnownHead | null = null;
  #rows = new Map<string, unknown>();

  /** The row's value, null when it is known to be missing, undefined when it is not known. */
  get(key: string): unknown {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** Keeps what was read or committed; null: there is no such row. */
  set(key: string, value: unknown): void {
    this.#rows.delete(key);
    this.#rows.set(key, value);
  }

  /** Forgets a row. */
  delete(key: string): void {
    this.#rows.delete(key);
  }

  setHead(entry: Deno.KvEntryMaybe<Head>): KnownHead {
    return this.head = { n: entry.value?.n ?? 0, versionstamp: entry.versionstamp };
  }

  /** Somebody else has written: nothing is known any more. */
  drop(): void {
    this.head = null;
    this.#rows.clear();
  }

  /** Forgets the oldest rows; not while a batch is being built. */
  trim(): void {
    let excess = this.#rows.size - KEPT_ROWS;
    for (const key of this.#rows.keys()) {
      if (excess-- <= 0) break;
      this.#rows.delete(key);
    }
  }
}
