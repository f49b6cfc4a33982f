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

/** Rows that a commit adds to the log of one shard. */
export interface ShardRows {
  shard: number;
  /** Number of the first row. */
  first: number;
  rows: Emitted[][];
}

/** One attempt at committing a batch. */
export class Batch {
  readonly #caches: ReadonlyMap<number, RowCache>;
  readonly #maxChecks: number;
  #writes = new Map<string, Write>();
  #absent = new Map<string, Deno.KvKey>();
  #events = new Map<number, Emitted[]>();
  #touched = new Set<number>();
  /** Operations with dedupe rows. */
  #deduped: PreparedOperation[] = [];
  #bytes = 0;
  #keyBytes = 0;
  #eventBytes = 0;

  constructor(caches: ReadonlyMap<number, RowCache>, maxChecks: number) {
    this.#caches = caches;
    this.#maxChecks = maxChecks;
  }

  /** True when a commit has something to write. */
  get hasWrites(): boolean {
    return this.#writes.size > 0 || this.#events.size > 0;
  }

  get touched(): ReadonlySet<number> {
    return this.#touched;
  }

  /** Runs an operation; null when it does not fit any more and must wait for the next batch. */
  add(prepared: PreparedOperation): Outcome | null {
    const { op } = prepared;
    const full = this.#touched.size > 0;
    if (full && this.#checksWith(prepared) > this.#maxChecks) return null;
    if (prepared.absentTexts.length > 0) this.#deduped.push(prepared);
    const view = new View(prepared, this.#writes, this.#cache(op.shard));
    let outcome: Outcome;
    try {
      outcome = { ok: true, value: op.apply(view) };
      view.end();
    } catch (error) {
      view.end();
      this.#touched.add(op.shard);
      this.#expectAbsent(prepared);
      return { ok: false, error };
    }
    const size = this.#sizeWith(view);
    if (
      size.mutations > MAX_MUTATIONS || size.bytes > MAX_BYTES || size.keyBytes > MAX_KEY_BYTES
    ) {
      if (full) return null;
      const error = new AppError("too_large", "Cannot save: too many rows for one write");
      return { ok: false, error };
    }
    this.#merge(view, prepared, size);
    return outcome;
  }

  #cache(shard: number): RowCache {
    const cache = this.#caches.get(shard);
    if (!cache) throw new Error(`Shard ${shard} does not belong to this lane`);
    return cache;
  }

  #sizeWith(view: View) {
    let { bytes, keyBytes } = { bytes: this.#bytes, keyBytes: this.#keyBytes };
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
    let eventBytes = this.#eventBytes;
    for (const event of view.events) eventBytes += event.bytes + 1;
    return { bytes: bytes + eventBytes, keyBytes, mutations };
  }

  #checksWith({ op, absentTexts }: PreparedOperation): number {
    const cache = this.#cache(op.shard);
    let checks = this.#absent.size + this.#touched.size + (this.#touched.has(op.shard) ? 0 : 1);
    for (const text of absentTexts) {
      if (!cache.has(text) && !this.#absent.has(text)) checks++;
    }
    return checks;
  }

  #merge(view: View, prepared: PreparedOperation, size: { keyBytes: number }): void {
    for (const [text, write] of view.writes) {
      const old = this.#writes.get(text);
      this.#bytes += write.bytes - (old?.bytes ?? 0);
      this.#writes.set(text, write);
    }
    this.#keyBytes = size.keyBytes;
    const { shard } = prepared.op;
    this.#touched.add(shard);
    this.#expectAbsent(prepared);
    if (view.writes.size === 0 && view.events.length === 0) return;
    let events = this.#events.get(shard);
    if (!events) this.#events.set(shard, events = []);
    for (const event of view.events) {
      events.push(event);
      this.#eventBytes += event.bytes + 1;
    }
  }

  #expectAbsent({ op, absentTexts }: PreparedOperation): void {
    const cache = this.#cache(op.shard);
    absentTexts.forEach((text, i) => {
      if (!cache.has(text)) this.#absent.set(text, op.absent![i]!);
    });
  }

  /** Puts everything into one atomic that checks the head of every shard that was looked at. */
  seal(kv: Deno.Kv, by: string): { atomic: Deno.AtomicOperation; rows: ShardRows[] } {
    const atomic = kv.atomic();
    for (const shard of this.#touched) {
      const head = this.#cache(shard).head;
      atomic.check({ key: keys.head(shard), versionstamp: head?.versionstamp ?? null });
    }
    for (const key of this.#absent.values()) atomic.check({ key, versionstamp: null });
    for (const write of this.#writes.values()) {
      if (write.value === undefined) atomic.delete(write.key);
      else if (write.expireIn === undefined) atomic.set(write.key, write.value);
      else atomic.set(write.key, write.value, { expireIn: write.expireIn });
    }
    const sealed: ShardRows[] = [];
    for (const [shard, events] of this.#events) {
      const first = (this.#cache(shard).head?.n ?? 0) + 1;
      const rows = splitIntoRows(events);
      rows.forEach((row, i) =>
        atomic.set(keys.log(shard, first + i), encodeRow(by, row), { expireIn: LOG_KEPT_MS })
      );
      const head: Head = { n: first + rows.length - 1 };
      atomic.set(keys.head(shard), head);
      sealed.push({ shard, first, rows });
    }
    return { atomic, rows: sealed };
  }

  /** The commit went through: the caches now hold what was written. */
  settle(versionstamp: string, rows: readonly ShardRows[]): void {
    for (const [text, write] of this.#writes) {
      const cache = this.#cache(write.shard);
      if (write.read || cache.has(text)) cache.set(text, write.value ?? null);
    }
    // A dedupe row may belong to another shard's operation the next time, whose head fences nothing
    // here: that one is there is true for ever, that none is there is not kept.
    for (const { op, absentTexts } of this.#deduped) {
      const cache = this.#cache(op.shard);
      for (const text of absentTexts) if (cache.get(text) === null) cache.delete(text);
    }
    for (const { shard, first, rows: added } of rows) {
      this.#cache(shard).head = { n: first + added.length - 1, versionstamp };
    }
    for (const shard of this.#touched) this.#cache(shard).trim();
  }
}
