/**
 * Rows that are durable in a log and not in their places yet. Only where one process has the store
 * to itself (R12): a commit then writes its log row alone, and what many commits say of one row is
 * put in its place once. Whoever reads such rows looks here first (see `journal_rows.ts`).
 */
import { keys } from "../keys.ts";
import { decodeLate, type LogRow } from "./log_row.ts";
import { keyText } from "./row_cache.ts";
import type { Write } from "./view.ts";

/** A row in the backlog. */
export interface LateRow {
  readonly key: Deno.KvKey;
  /** undefined: deleted. */
  readonly value: unknown;
  /** The log row that wrote it last. */
  readonly n: number;
  readonly bytes: number;
}

/** More rows than this, or more bytes, and commits wait until some are in their places (R10). */
const ROWS_MAX = 30_000;
const BYTES_MAX = 32 * 1024 * 1024;
/** Log rows that a recovery reads at a time. */
const PAGE_ROWS = 100;

/** See the header of this module. */
export class Backlog {
  readonly shard: number;
  /** In the order of `n`, as a row that is written again moves to the end. */
  #rows = new Map<string, LateRow>();
  /** The same rows, by the text of their keys without the last part. */
  #byPrefix = new Map<string, Map<string, LateRow>>();
  #bytes = 0;
  #applied = 0;
  /** Hears of each row that comes in. */
  onRow: (prefix: string, text: string) => void = () => {};

  constructor(shard: number) {
    this.shard = shard;
  }

  /** Rows up to this one of the log are in the backlog or in their places. */
  get applied(): number {
    return this.#applied;
  }
  get size(): number {
    return this.#rows.size;
  }
  get isFull(): boolean {
    return this.#rows.size > ROWS_MAX || this.#bytes > BYTES_MAX;
  }

  get(text: string): LateRow | undefined {
    return this.#rows.get(text);
  }

  /** The rows whose keys have these parts and one more, as they are now. */
  under(prefix: Deno.KvKey): LateRow[] {
    return [...this.#byPrefix.get(keyText(prefix))?.values() ?? []];
  }

  /** The oldest rows first. */
  oldest(): Iterable<LateRow> {
    return this.#rows.values();
  }

  /** The rows whose keys differ from that of `row` in the last part alone, itself among them. */
  besides({ key }: LateRow): Iterable<LateRow> {
    return this.#byPrefix.get(prefixOf(keyText(key)))?.values() ?? [];
  }

  /** Everything up to row `n` of the log is in its place. */
  startFrom(n: number): void {
    this.#applied = n;
  }

  /** Takes in what a commit wrote that ended with row `n` of the log. */
  add(n: number, writes: Iterable<readonly [text: string, write: Write]>): void {
    for (const [text, { key, value, bytes, keyBytes }] of writes) {
      this.#put(text, { key, value, n, bytes: bytes + keyBytes });
    }
    this.#applied = Math.max(this.#applied, n);
  }

  /** Takes in what the log has up to row `n`. Returns how many rows of it were missing. */
  async catchUp(kv: Deno.Kv, n: number): Promise<number> {
    let missing = 0;
    while (this.#applied < n) {
      const from = this.#applied + 1;
      const rows = kv.list<LogRow>({
        start: keys.log(this.shard, from),
        end: keys.log(this.shard, n + 1),
      }, { limit: PAGE_ROWS, batchSize: PAGE_ROWS });
      let found = 0;
      for await (const { key, value } of rows) {
        const at = Number(key[2]);
        missing += at - this.#applied - 1;
        for (const [text, late] of decodeLate(value)) this.#put(text, { ...late, n: at });
        this.#applied = at;
        found++;
      }
      if (found < PAGE_ROWS) {
        missing += n - this.#applied;
        this.#applied = n;
      }
    }
    return missing;
  }

  /** These are in their places now; what was written again meanwhile is not. */
  placed(rows: readonly LateRow[]): void {
    for (const row of rows) {
      const text = keyText(row.key);
      if (this.#rows.get(text) === row) this.#remove(text, row);
    }
  }

  #put(text: string, row: LateRow): void {
    const old = this.#rows.get(text);
    if (old) {
      this.#bytes -= old.bytes;
      this.#rows.delete(text);
    }
    this.#rows.set(text, row);
    this.#bytes += row.bytes;
    const prefix = prefixOf(text);
    const siblings = this.#byPrefix.get(prefix);
    if (siblings) siblings.set(text, row);
    else this.#byPrefix.set(prefix, new Map([[text, row]]));
    this.onRow(prefix, text);
  }

  #remove(text: string, row: LateRow): void {
    this.#rows.delete(text);
    this.#bytes -= row.bytes;
    const prefix = prefixOf(text);
    const siblings = this.#byPrefix.get(prefix);
    siblings?.delete(text);
    if (siblings?.size === 0) this.#byPrefix.delete(prefix);
  }
}

/** The text of a key without its last part. */
export function prefixOf(text: string): string {
  return text.slice(0, text.lastIndexOf("\n"));
}
