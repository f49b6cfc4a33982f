/** Reads rows that operations write, wherever they are: in the backlog, or in their places. */
import { getRows } from "../transact.ts";
import type { Backlog, LateRow } from "./backlog.ts";
import { keyText } from "./row_cache.ts";
import type { JournalRows } from "./types.ts";

const PAGE_ROWS = 500;

/** What is durable is seen, in its place or not. `backlog` null: everything is in its place. */
export function createRows(kv: Deno.Kv, backlog: Backlog | null): JournalRows {
  return {
    async getRows<T>(wanted: readonly Deno.KvKey[]): Promise<(T | null)[]> {
      // The backlog before the store: a row that changes over meanwhile is in both, not in neither.
      // The store is asked for every row, so that the time tells nobody what is there (R8).
      const late = wanted.map((key) => backlog?.get(keyText(key)));
      const entries = await getRows<T>(kv, wanted);
      return entries.map(({ value }, i) => {
        const row = late[i];
        return row ? (row.value ?? null) as T | null : value;
      });
    },

    async list<T>(prefix: Deno.KvKey, range?: { from: number; to: number }) {
      const isWithin = ({ key }: LateRow) => {
        const part = key.at(-1)!;
        return !range || (typeof part === "number" && part >= range.from && part <= range.to);
      };
      const late = (backlog?.under(prefix) ?? []).filter(isWithin);
      const found = new Map<Deno.KvKeyPart, T>();
      const count = range ? range.to - range.from + 1 : Infinity;
      if (late.length < count) {
        const rows = kv.list<T>(
          range ? { start: [...prefix, range.from], end: [...prefix, range.to + 1] } : { prefix },
          { batchSize: Math.min(count, PAGE_ROWS) },
        );
        for await (const { key, value } of rows) found.set(key.at(-1)!, value);
      }
      for (const { key, value } of late) {
        if (value === undefined) found.delete(key.at(-1)!);
        else found.set(key.at(-1)!, value as T);
      }
      return [...found].map(([part, value]) => ({ part, value }))
        .sort((one, other) => compareParts(one.part, other.part));
    },
  };
}

/** Parts of one table are all numbers, or all strings. */
function compareParts(one: Deno.KvKeyPart, other: Deno.KvKeyPart): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one) < String(other) ? -1 : 1;
}
