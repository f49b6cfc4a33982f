/** Builds one atomic out of several operations, each on the writes of those before it. */
import { AppError } from "../../shared/errors.ts";
import { keys } from "../keys.ts";
import { type Emitted, encodeRow, type Head, LOG_KEPT_MS, splitIntoRows } from "./log_row.ts";
import type { RowCache } from "./row_cache.ts";
import { type PreparedOperation, View, type Write } from "./view.ts";

// Below the limits of one atomic (1,000 mutations, 819,200 bytes, 81,920 bytes of keys), so that
// log rows and heads, which are added at the end, fit too.
const MAX_MUTATIONS = 900;
const MAX_BYTES = 700 * 1024;
const MAX_KEY_BYTES = 70 * 1024;

/** What became of an operation: its answer, or what it threw. */
export type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

/** Rows that a commit adds to the log. */
export interface AddedRows {
  /** Number of the first row. */
  first: number;
  rows: Emitted[][];
}

/** One attempt at committing a batch. */
export class Batch {
  readonly #shard: number;
  readonly #cache: RowCache;
  readonly #maxChecks: number;
  #writes = new Map<string, Write>();
  #absent = new Map<string, Deno.KvKey>();
  #events: Emitted[] = [];
  #operations = 0;
  /** Texts of dedupe rows. */
  #deduped: string[] = [];
  #bytes = 0;
  #keyBytes = 0;

  constructor(shard: number, cache: RowCache, maxChecks: number) {
    this.#shard = shard;
    this.#cache = cache;
    this.#maxChecks = maxChecks;
  }

  /** Runs an operation; null when it does not fit any more and must wait for the next batch. */
  add(prepared: PreparedOperation): Outcome | null {
    const isFirst = this.#operations === 0;
    if (!isFirst && this.#checksWith(prepared) > this.#maxChecks) return null;
    const view = new View(prepared, this.#writes, this.#cache);
    let outcome: Outcome;
    try {
      outcome = { ok: true, value: prepared.op.apply(view) };
    } catch (error) {
      outcome = { ok: false, error };
    }
    view.end();
    if (outcome.ok) {
      const size = this.#sizeWith(view);
      if (
        size.mutations > MAX_MUTATIONS || size.bytes > MAX_BYTES || size.keyBytes > MAX_KEY_BYTES
      ) {
        if (!isFirst) return null;
        const error = new AppError("too_large", "Cannot save: too many rows for one write");
        return { ok: false, error };
      }
      for (const [text, write] of view.writes) this.#writes.set(text, write);
      this.#events.push(...view.events);
      this.#bytes = size.bytes;
      this.#keyBytes = size.keyBytes;
    }
    this.#operations++;
    this.#expectAbsent(prepared);
    return outcome;
  }

  #sizeWith(view: View) {
    let bytes = this.#bytes;
    let keyBytes = this.#keyBytes;
    let mutations = this.#writes.size;
    for (const [text, write] of view.writes) {
      const old = this.#writes.get(text);
      if (old) bytes -= old.bytes;
      else {
        mutations++;
        keyBytes += write.keyBytes;
      }
      bytes += write.bytes;
    }
    for (const event of view.events) bytes += event.bytes + 1;
    return { bytes, keyBytes, mutations };
  }

  /** The checks of the atomic: the head's, and one for each row that is expected to be missing. */
  #checksWith({ absentTexts }: PreparedOperation): number {
    let checks = this.#absent.size + 1;
    for (const text of absentTexts) {
      if (this.#mayAppear(text) && !this.#absent.has(text)) checks++;
    }
    return checks;
  }

  /** Another server may write a dedupe row under another log's head (R3): only one found is certain. */
  #mayAppear(text: string): boolean {
    return (this.#cache.get(text) ?? null) === null;
  }

  #expectAbsent({ op, absentTexts }: PreparedOperation): void {
    absentTexts.forEach((text, i) => {
      this.#deduped.push(text);
      if (this.#mayAppear(text)) this.#absent.set(text, op.absent![i]!);
    });
  }

  /**
   * Puts everything into one atomic that checks the head; `added` is null when nothing is written.
   * Throws when the store can't take a value.
   */
  seal(kv: Deno.Kv, by: string): { atomic: Deno.AtomicOperation; added: AddedRows | null } {
    const { head } = this.#cache;
    const atomic = kv.atomic();
    atomic.check({ key: keys.head(this.#shard), versionstamp: head?.versionstamp ?? null });
    for (const key of this.#absent.values()) atomic.check({ key, versionstamp: null });
    for (const write of this.#writes.values()) {
      if (write.value === undefined) atomic.delete(write.key);
      else if (write.expireIn === undefined) atomic.set(write.key, write.value);
      else atomic.set(write.key, write.value, { expireIn: write.expireIn });
    }
    if (this.#writes.size === 0 && this.#events.length === 0) return { atomic, added: null };
    const first = (head?.n ?? 0) + 1;
    const rows = splitIntoRows(this.#events);
    rows.forEach((row, i) =>
      atomic.set(keys.log(this.#shard, first + i), encodeRow(by, row), { expireIn: LOG_KEPT_MS })
    );
    const moved: Head = { n: first + rows.length - 1 };
    atomic.set(keys.head(this.#shard), moved);
    return { atomic, added: { first, rows } };
  }

  /** The commit went through: the cache now holds what was written. */
  settle(versionstamp: string, added: AddedRows | null): void {
    for (const [text, write] of this.#writes) {
      if (write.read || this.#cache.has(text)) this.#cache.set(text, write.value ?? null);
    }
    // A dedupe row may be written under another log's head the next time, which fences nothing
    // here: that one is there is true for ever, that none is there is not kept.
    for (const text of this.#deduped) {
      if (this.#cache.get(text) === null) this.#cache.delete(text);
    }
    if (added) this.#cache.head = { n: added.first + added.rows.length - 1, versionstamp };
    this.#cache.trim();
  }
}
