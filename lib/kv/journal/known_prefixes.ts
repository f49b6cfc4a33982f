/**
 * Which rows are there under prefixes that are asked for again and again: the dedupe rows of somebody
 * who sends much. To find out that one of them is missing then takes no look into the store. Only
 * where one process has the store to itself, and for rows that are never deleted.
 */
import { errorFields, type Logger } from "../../shared/logger.ts";
import { type Backlog, prefixOf } from "./backlog.ts";
import { keyText } from "./row_cache.ts";

/** A prefix is read once it has been asked for this often. */
const ASKED_BEFORE = 8;
/** Rows of one prefix that are read; where there are more, the store is asked for each. */
const READ_MAX = 20_000;
const PAGE_ROWS = 500;
/** Prefixes that are counted, and rows that are known in all. */
const PREFIXES_MAX = 20_000;
const ROWS_MAX = 500_000;

type Knowledge =
  | { kind: "asked"; times: number }
  /** `texts` has what was written since the reading began. */
  | { kind: "reading"; texts: Set<string> }
  | { kind: "known"; texts: Set<string> }
  | { kind: "too many" };

/** See the header of this module. */
export class KnownPrefixes {
  readonly #kv: Deno.Kv;
  readonly #backlog: Backlog;
  readonly #log: Logger;
  /** Those that were known first are forgotten first. */
  #prefixes = new Map<string, Knowledge>();
  #rows = 0;

  constructor({ kv, backlog, log }: { kv: Deno.Kv; backlog: Backlog; log: Logger }) {
    this.#kv = kv;
    this.#backlog = backlog;
    this.#log = log;
  }

  /** Whether there is such a row; undefined where that is not known. */
  has(text: string, key: Deno.KvKey): boolean | undefined {
    const prefix = prefixOf(text);
    const knowledge = this.#prefixes.get(prefix);
    switch (knowledge?.kind) {
      case "known":
        return knowledge.texts.has(text);
      case "reading":
      case "too many":
        return undefined;
      case "asked":
        if (++knowledge.times >= ASKED_BEFORE) void this.#read(prefix, key.slice(0, -1));
        return undefined;
      case undefined:
        this.#prefixes.set(prefix, { kind: "asked", times: 1 });
        this.#trim();
        return undefined;
    }
  }

  /** A row has been written. */
  wrote(prefix: string, text: string): void {
    const knowledge = this.#prefixes.get(prefix);
    if (knowledge?.kind !== "known" && knowledge?.kind !== "reading") return;
    const before = knowledge.texts.size;
    knowledge.texts.add(text);
    this.#rows += knowledge.texts.size - before;
    if (this.#rows > ROWS_MAX) this.#trim();
  }

  async #read(prefix: string, key: Deno.KvKey): Promise<void> {
    const reading: Knowledge = { kind: "reading", texts: new Set() };
    this.#prefixes.set(prefix, reading);
    // The backlog before the store: a row that changes over meanwhile is in both, not in neither.
    for (const row of this.#backlog.under(key)) this.wrote(prefix, keyText(row.key));
    try {
      let found = 0;
      const rows = this.#kv.list({ prefix: key }, { limit: READ_MAX + 1, batchSize: PAGE_ROWS });
      for await (const row of rows) {
        if (this.#prefixes.get(prefix) !== reading) return;
        this.wrote(prefix, keyText(row.key));
        found++;
      }
      if (this.#prefixes.get(prefix) !== reading) return;
      this.#prefixes.delete(prefix);
      if (found <= READ_MAX) this.#prefixes.set(prefix, { kind: "known", texts: reading.texts });
      else {
        this.#rows -= reading.texts.size;
        this.#prefixes.set(prefix, { kind: "too many" });
      }
    } catch (error) {
      this.#log.warn("Rows of a prefix could not be read", errorFields(error));
      if (this.#prefixes.get(prefix) === reading) this.#forget(prefix);
    }
  }

  #trim(): void {
    for (const prefix of this.#prefixes.keys()) {
      if (this.#prefixes.size <= PREFIXES_MAX && this.#rows <= ROWS_MAX) break;
      this.#forget(prefix);
    }
  }

  #forget(prefix: string): void {
    const knowledge = this.#prefixes.get(prefix);
    if (knowledge && "texts" in knowledge) this.#rows -= knowledge.texts.size;
    this.#prefixes.delete(prefix);
  }
}
