/** Finds places in a log without reading it: some twenty rows, however long it is (R9). */
import { keys } from "../kv/keys.ts";
import { type EntryRow, entrySchema, type LogName } from "./notification_rows.ts";

/** The newest entry with a seq below `before`; null when there is none. */
export async function getEntryBefore(
  kv: Deno.Kv,
  log: LogName,
  before: number,
): Promise<EntryRow | null> {
  const selector = { prefix: keys.notifications(log), end: keys.notification(log, before) };
  for await (const { value } of kv.list(selector, { limit: 1, reverse: true })) {
    return entrySchema.parse(value);
  }
  return null;
}

/**
 * The newest entry for which `isEarly` holds, given that it holds for all before that one; null when
 * it holds for none. Halves the range of seqs, up to and with `lastSeq`.
 */
export async function findLast(
  kv: Deno.Kv,
  log: LogName,
  lastSeq: number,
  isEarly: (entry: EntryRow) => boolean,
): Promise<EntryRow | null> {
  let found: EntryRow | null = null;
  let [low, high] = [1, lastSeq];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const entry = await getEntryBefore(kv, log, middle + 1);
    if (entry === null || entry.seq < low) low = middle + 1;
    else if (isEarly(entry)) {
      found = entry;
      low = middle + 1;
    } else high = entry.seq - 1;
  }
  return found;
}
