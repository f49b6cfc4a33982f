/** Which messages a page of history holds. seqs have no gaps, so a page is a range (R2, R9). */
import type { HistoryPage } from "./types.ts";

/** A range of seqs, both ends included; empty where `to` is below `from`. */
export interface SeqRange {
  from: number;
  to: number;
}

/** The range of `page` in a conversation whose newest message is `head`. */
export function rangeOf(page: HistoryPage, head: number): SeqRange {
  const { limit, before, after, around } = page;
  if (after !== undefined) {
    return { from: after + 1, to: Math.min(head, after + limit) };
  }
  if (around !== undefined) {
    // As many before as after, and near an end the page is filled from the other side.
    const last = Math.min(head, around + Math.ceil(limit / 2) - 1);
    const from = Math.max(1, last - limit + 1);
    return { from, to: Math.min(head, from + limit - 1) };
  }
  const to = before === undefined ? head : Math.min(head, before - 1);
  return { from: Math.max(1, to - limit + 1), to };
}

/** The seqs to go on with on both sides, of an empty page too; null where nothing is left. */
export function pageEnds({ from, to }: SeqRange, head: number) {
  return {
    before: from > 1 && head > 0 ? Math.min(from, head + 1) : null,
    after: to < head ? Math.max(to, 0) : null,
  };
}
