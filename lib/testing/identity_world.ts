/** The identity domain on a store in memory, with cheap passwords and a time that tests set. */
import { type Clock, systemClock } from "../shared/clock.ts";
import { createLogger } from "../shared/logger.ts";
import { createJournal } from "../kv/journal/mod.ts";
import { openStore, type Store } from "../kv/store.ts";
import { createIdentity, type Identity, type IdentityConfig } from "../identity/mod.ts";
import type { Caller } from "../identity/types.ts";
import type { Journal } from "../kv/journal/types.ts";
import { faultyKv, type KvFaults } from "./faulty_kv.ts";

/** Quick enough for a test that signs in often; the product's own cost has a test of its own. */
export const CHEAP_SCRYPT = { N: 16, r: 1, p: 1 };

/** Time that a test moves; timers run on real time, so that stores and races behave as ever. */
export interface MovableClock extends Clock {
  move(ms: number): void;
}

/** Starts at the present and stands there: no limit refills because a machine is slow. */
export function createMovableClock(): MovableClock {
  let time = Date.now();
  return {
    now: () => time,
    after: systemClock.after,
    move: (ms) => void (time += ms),
  };
}

/** Identity with what it stands on. */
export interface IdentityWorld extends Identity {
  store: Store;
  journal: Journal;
  clock: MovableClock;
  config: IdentityConfig;
  /** What was logged, one JSON object each. */
  logged: Record<string, unknown>[];
  caller: Caller;
  /** Another server on the same store. */
  another(): Promise<Identity>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a test may set; the rest is as with an empty environment. */
export interface IdentityWorldOptions {
  config?: Partial<IdentityConfig>;
  /** What goes wrong between identity and the store; the journal's own way is not touched. */
  faults?: KvFaults;
  fetch?: typeof fetch;
}

/** A world of its own for each test: `await using world = await createIdentityWorld()`. */
export async function createIdentityWorld(
  { config: given = {}, faults = {}, fetch }: IdentityWorldOptions = {},
): Promise<IdentityWorld> {
  const clock = createMovableClock();
  const logged: Record<string, unknown>[] = [];
  const log = createLogger("debug", (line) => void logged.push(JSON.parse(line)), clock.now);
  // Other servers may share it.
  const store: Store = {
    ...await openStore({ kind: "memory" }),
    isExclusive: false,
    maxChecks: 10,
  };
  const journals: Journal[] = [];
  const config: IdentityConfig = {
    jwtSecret: null,
    jwks: { url: null, issuer: null, audience: null },
    adminEmails: [],
    vapid: null,
    rateLimitScale: 1,
    ...given,
  };
  const openJournal = () => {
    const journal = createJournal({ store, clock, log });
    journals.push(journal);
    return journal;
  };
  const faulty = { kv: faultyKv(store.kv, faults) };
  const open = (journal: Journal) =>
    createIdentity({ store: faulty, journal, clock, config, log, scrypt: CHEAP_SCRYPT, fetch });
  const journal = openJournal();
  return {
    ...await open(journal),
    store,
    journal,
    clock,
    config,
    logged,
    caller: { userAgent: "test", address: "192.0.2.1" },
    another: () => open(openJournal()),
    async [Symbol.asyncDispose]() {
      await Promise.all(journals.map((each) => each.close(1000)));
      store.close();
    },
  };
}
