/**
 * Which life of the store this is. Positions of clients (seq, rev) mean something within one epoch
 * only: a store that is new, or was put back from a backup, counts on from where others had been.
 *
 * A file is told from its own backup by a witness beside it, `<file>.epoch`, which a backup of the
 * file alone does not take along: it holds the epoch and how far the log had come, at most a minute
 * ago. A KV server has no such witness: there a backup keeps its epoch, and clients notice by
 * positions that are ahead of the log.
 */
import { z } from "zod";
import type { Clock, Timer } from "../shared/clock.ts";
import { keys, SHARDS } from "./keys.ts";
import type { Store } from "./store.ts";

const NOTE_EVERY_MS = 60_000;
const witnessSchema = z.object({ epoch: z.string(), log: z.number() });

export interface Epoch {
  readonly id: string;
  /** Writes the witness a last time; before the store is closed. */
  close(): Promise<void>;
}

/** Settles the epoch of a store that was just opened; several servers agree on it. */
export async function openEpoch(
  { kv, location }: Pick<Store, "kv" | "location">,
  clock: Clock,
): Promise<Epoch> {
  const path = location.kind === "file" ? `${location.path}.epoch` : null;
  const stored = await kv.get<string>(keys.epoch());
  let id = stored.value;
  if (id === null || (path !== null && !await isWitnessed(path, id))) {
    const fresh = crypto.randomUUID();
    const { ok } = await kv.atomic().check(stored).set(keys.epoch(), fresh).commit();
    id = ok ? fresh : (await kv.get<string>(keys.epoch())).value ?? fresh;
  }
  const epoch = id;
  let timer: Timer | null = null;
  let noted = -1;

  async function note(path: string): Promise<void> {
    const log = await length();
    if (log === noted) return;
    // Whole or not at all: half a witness would make every client load everything again.
    await Deno.writeTextFile(`${path}.new`, JSON.stringify({ epoch, log }));
    await Deno.rename(`${path}.new`, path);
    noted = log;
  }
  function noteLater(path: string): void {
    timer = clock.after(NOTE_EVERY_MS, () => {
      // One that can't be written now is written in a minute; an older one only notices less.
      note(path).catch(() => {}).then(() => timer && noteLater(path));
    });
  }
  if (path !== null) {
    await note(path);
    noteLater(path);
  }

  async function isWitnessed(path: string, id: string): Promise<boolean> {
    try {
      const witness = witnessSchema.parse(JSON.parse(await Deno.readTextFile(path)));
      return witness.epoch === id && witness.log <= await length();
    } catch {
      return false;
    }
  }
  /** Rows that the log has ever had. */
  async function length(): Promise<number> {
    const shards = Array.from({ length: SHARDS }, (_, shard) => keys.head(shard));
    const heads = await kv.getMany<{ n: number }[]>(shards);
    return heads.reduce((sum, { value }) => sum + (value?.n ?? 0), 0);
  }

  return {
    id: epoch,
    async close() {
      timer?.cancel();
      timer = null;
      if (path !== null) await note(path).catch(() => {});
    },
  };
}
