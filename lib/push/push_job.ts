/** Jobs as rows: what is due, for whom, and who works on it (design §5: a lease of our own). */
import { z } from "zod";
import { keys } from "../kv/keys.ts";
import type { PushJob } from "./types.ts";

/** A worker that has not been heard of for this long has lost its job. */
export const LEASE_MS = 60_000;
/** How long a push is worth delivering, from when it was made: also its TTL (P1, P12). */
export const PUSH_TTL_MS = 7 * 24 * 60 * 60 * 1000;
/** Dead letters are kept for a month. */
export const DEAD_KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Jobs with one id that fall due within this time are one job, at the least. */
const MIN_WINDOW_MS = 1000;

export const jobSchema = z.object({
  id: z.string(),
  source: z.enum(["message", "notification", "digest"]),
  reference: z.unknown(),
  dueAt: z.number(),
  createdAt: z.number(),
  attempt: z.number(),
  /** Where to go on: pages before it are done. */
  cursor: z.string().nullable(),
  /** The one device that this is a retry for. */
  only: z.object({
    userId: z.string(),
    deviceId: z.string(),
    name: z.string().optional(),
  }).nullable(),
  trace: z.string().optional(),
  /** People whose outcomes were kept so far. */
  traced: z.number().optional(),
});
/** A {@link PushJob} as stored. */
export type StoredJob = z.infer<typeof jobSchema> & PushJob;

/** A job that a worker holds: its row, under the key at which the lease ends. */
export interface HeldJob {
  key: Deno.KvKey;
  versionstamp: string;
  job: StoredJob;
}

/**
 * The row of a job. The key starts with the window in which it falls due, so jobs of one id that
 * fall into one window overwrite each other, and a conversation that never rests is still pushed.
 */
export function jobRow(
  job: PushJob,
  graceMs: number,
): { key: Deno.KvKey; value: StoredJob } {
  const window = Math.max(MIN_WINDOW_MS, graceMs);
  const value: StoredJob = { ...job, cursor: null, only: null };
  return { key: keys.pushJob(Math.floor(job.dueAt / window) * window, job.id), value };
}

/** Where the row of a held or postponed job lies: never where a new job of its id would be put. */
export function movedKey(at: number, job: StoredJob): Deno.KvKey {
  return keys.pushJob(at, `${job.id}~`);
}

/** What a row holds; null when it can't be read (a newer release wrote it). */
export function parseJob(value: unknown): StoredJob | null {
  const parsed = jobSchema.safeParse(value);
  return parsed.success ? parsed.data as StoredJob : null;
}
