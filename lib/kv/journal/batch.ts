/** Builds one atomic out of several operations, each on the writes of those before it. */
import { AppError } from "../../shared/errors.ts";
import { keys } from "../keys.ts";
import {
  type Emitted,
  encodeRow,
  type Head,
  type LateText,
  LOG_KEPT_MS,
  splitIntoRows,
} from "./log_row.ts";
import type { Backlog } from "./backlog.ts";
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
  readonly #backlog: Backlog | null;
  #writes = new Map<string, Write>();
  /** Those of them that go into the atomic as rows. */
  #mutations = 0;
  #absent = new Map<string, Deno.KvKey>();
  #events: Emitted[] = [];
  #operations = 0;
  /** Texts of dedupe rows. */
  #deduped: string[] = [];
  #bytes = 0;
  #keyBytes = 0;

  constructor(
    shard: number,
    { cache, maxChecks, backlog }: {
      cache: RowCache;
      maxChecks: number;
      /** Where rows go that may follow the log; null: every row goes into the atomic. */
      backlog: Backlog | null;
    },
  ) {
    this.#shard = shard;
    this.#cache = cache;
    this.#maxChecks = maxChecks;
    this.#backlog = backlog;
  }

  /** Runs an operation; null when it does not fit any more and must wait for the next batch. */
  add(prepared: PreparedOperation): Outcome | null {
    const isFirst = this.#operations === 0;
    if (!isFirst && this.#checksWith(prepared) > this.#maxChecks) return null;
    const view = new View(prepared, this.#writes, this.#cache, this.#backlog !== null);
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
      this.#mutations = size.mutations;
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
    let mutations = this.#mutations;
    for (const [text, write] of view.writes) {
      const old = this.#writes.get(text);
      if (old) bytes -= old.late?.bytes ?? old.bytes;
      bytes += write.late?.bytes ?? write.bytes;
      if (old || write.late) continue;
      mutations++;
      keyBytes += write.keyBytes;
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

  /**
   * Whether the commit must check that a dedupe row is still missing. Another process may write it
   * under another log's head (R3), so there only a row that was found is certain.
   */
  #mayAppear(text: string): boolean {
    return this.#backlog === null
      ? (this.#cache.get(text) ?? null) === null
      : !this.#cache.has(text);
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
    const late: LateText[] = [];
    for (const write of this.#writes.values()) {
      if (write.late) late.push(write.late);
      else if (write.value === undefined) atomic.delete(write.key);
      else if (write.expireIn === undefined) atomic.set(write.key, write.value);
      else atomic.set(write.key, write.value, { expireIn: write.expireIn });
    }
    if (this.#writes.size === 0 && this.#events.length === 0) return { atomic, added: null };
    const first = (head?.n ?? 0) + 1;
    const rows = splitIntoRows(this.#events, late);
    rows.forEach((row, i) => {
      const key = keys.log(this.#shard, first + i);
      // A log that rows follow must not end by itself: the placer lets go of its rows.
      if (this.#backlog) atomic.set(key, encodeRow(by, row));
      else atomic.set(key, encodeRow(by, row), { expireIn: LOG_KEPT_MS });
    });
    const moved: Head = { n: first + rows.length - 1 };
    atomic.set(keys.head(this.#shard), moved);
    return { atomic, added: { first, rows: rows.map(({ events }) => events) } };
  }

  /** Whether an answer without rows rests on more than what this process alone may change. */
  get restsOnStore(): boolean {
    return this.#backlog === null || this.#absent.size > 0;
  }

  /** The commit went through: the cache now holds what was written. */
  settle(versionstamp: string, added: AddedRows | null): void {
    if (this.#backlog && added) {
      const late = [...this.#writes].filter(([, write]) => write.late);
      this.#backlog.add(added.first + added.rows.length - 1, late);
    }
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
