/** Brings the rows that a batch needs into the cache: out of the backlog, or the store. */
import { mayFollow } from "../keys.ts";
import { getRows } from "../transact.ts";
import type { Backlog } from "./backlog.ts";
import type { KnownPrefixes } from "./known_prefixes.ts";
import type { RowCache } from "./row_cache.ts";
import type { PreparedOperation } from "./view.ts";

/** Fewer checks than this are no reason to make batches smaller: rows are read instead. */
const WORTHWHILE_CHECKS = 50;

/** What a loader needs. */
export interface RowLoaderOptions {
  kv: Deno.Kv;
  cache: RowCache;
  maxChecks: number;
  /** Null where several processes write: then nothing is known but what was read. */
  late: { backlog: Backlog; known: KnownPrefixes } | null;
}

/** See the header of this module. */
export class RowLoader {
  readonly #options: RowLoaderOptions;

  constructor(options: RowLoaderOptions) {
    this.#options = options;
  }

  /**
   * After it the cache holds every row that `batch` reads; `absent` ones as far as that is known
   * without asking, as long as the commit can check them, and all of them when it comes `again`.
   */
  async load(batch: readonly PreparedOperation[], again: boolean): Promise<void> {
    const wanted = new Map<string, Deno.KvKey>();
    const readsAbsent = again || this.#options.maxChecks < WORTHWHILE_CHECKS;
    for (const { op, readTexts, absentTexts } of batch) {
      for (let i = 0; i < readTexts.length; i++) this.#want(wanted, readTexts[i]!, op.reads[i]!);
      for (let i = 0; i < absentTexts.length; i++) {
        this.#wantAbsent(wanted, absentTexts[i]!, op.absent![i]!, readsAbsent);
      }
    }
    if (wanted.size === 0) return;
    const entries = await getRows(this.#options.kv, [...wanted.values()]);
    let i = 0;
    for (const text of wanted.keys()) this.#options.cache.set(text, entries[i++]!.value);
  }

  #want(wanted: Map<string, Deno.KvKey>, text: string, key: Deno.KvKey): void {
    const { cache, late } = this.#options;
    if (cache.has(text)) return;
    const row = late?.backlog.get(text);
    if (row) cache.set(text, row.value ?? null);
    else wanted.set(text, key);
  }

  #wantAbsent(
    wanted: Map<string, Deno.KvKey>,
    text: string,
    key: Deno.KvKey,
    reads: boolean,
  ): void {
    const { cache, late } = this.#options;
    if (cache.has(text)) return;
    const known = late?.backlog.get(text)
      ? true
      // Rows that don't follow the log are not heard of, so of them nothing is known.
      : mayFollow(key)
      ? late?.known.has(text, key)
      : undefined;
    if (known === false) cache.set(text, null);
    else if (known === true || reads) this.#want(wanted, text, key);
  }
}
