/**
 * What became of pushes, by what they were about: one row a person, written in the atomic that ends
 * the page of the job, and one a device for what a later try adds. Kept for a month.
 */
import { z } from "zod";
import { keys } from "../kv/keys.ts";
import { type TracedPush, tracedPushSchema } from "../shared/trace_schema.ts";

const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** People of one job whose outcomes are kept; of a push to more, the others leave none. */
export const TRACED_PEOPLE_MAX = 10_000;

const rowSchema = z.array(tracedPushSchema);

/** Outcomes of one person's devices. */
export interface PersonOutcomes {
  userId: string;
  pushes: TracedPush[];
}

/** Adds a person's row to `atomic`; nothing where no device was concerned. */
export function addPerson(
  atomic: Deno.AtomicOperation,
  trace: string,
  { userId, pushes }: PersonOutcomes,
): void {
  if (pushes.length === 0) return;
  atomic.set(keys.pushOutcomes(trace, userId), pushes, { expireIn: KEPT_MS });
}

/** Adds what a later try made of the push to one device. */
export function addDevice(
  atomic: Deno.AtomicOperation,
  trace: string,
  userId: string,
  push: TracedPush,
): void {
  atomic.set(keys.pushOutcome(trace, userId, push.deviceId), [push], { expireIn: KEPT_MS });
}

/** Outcomes of these people, in the order of `userIds`. */
export async function readOutcomes(
  kv: Deno.Kv,
  trace: string,
  userIds: readonly string[],
): Promise<Map<string, TracedPush[]>> {
  return new Map(
    await Promise.all(userIds.map(async (userId): Promise<[string, TracedPush[]]> => {
      const byDevice = new Map<string, TracedPush>();
      const selector = {
        start: keys.pushOutcomes(trace, userId),
        end: keys.pushOutcomes(trace, `${userId}\u0000`),
      };
      // A person's row comes before those of the devices, which are newer.
      for await (const { value } of kv.list(selector)) {
        for (const push of rowSchema.parse(value)) byDevice.set(push.deviceId, push);
      }
      return [userId, [...byDevice.values()]];
    })),
  );
}
