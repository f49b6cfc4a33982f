/** The version of the stored schema, and the way from each version to the next. */
import { keys } from "./keys.ts";

/** Brings the store from version `to - 1` to `to`; must be safe to run twice. */
export interface Migration {
  to: number;
  run(kv: Deno.Kv): Promise<void>;
}

/** In order of `to`, without a gap. A new store goes through all of them, too. */
export const migrations: readonly Migration[] = [
  { to: 1, run: () => Promise.resolve() },
  // Rows may follow the log from here on: what an older release would not look for there. A store
  // without a mark of what is in its place has everything there, so nothing is to be converted.
  { to: 2, run: () => Promise.resolve() },
];

/**
 * Runs what is missing and records each step by a checked write, so that several servers that start
 * together agree. Refuses a store that a newer release has written.
 */
export async function migrate(
  kv: Deno.Kv,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const newest = steps.at(-1)?.to ?? 0;
  const first = await kv.get<number>(keys.schema());
  let current = first.value ?? 0;
  if (current > newest) {
    throw new Error(
      `Cannot use this store: it has schema ${current}, this release knows ${newest}. Run the newer release`,
    );
  }
  for (const step of steps) {
    if (step.to <= current) continue;
    await step.run(kv);
    const entry = await kv.get<number>(keys.schema());
    if ((entry.value ?? 0) < step.to) {
      // A lost race is fine: somebody else has run the same step.
      await kv.atomic().check(entry).set(keys.schema(), step.to).commit();
    }
    current = step.to;
  }
}
