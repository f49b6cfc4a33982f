/** Puts the parts of the journal together: committers, a doorbell, a dispatcher. */
import { AppError } from "../../shared/errors.ts";
import { type Clock, delay } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { SHARDS } from "../keys.ts";
import type { Store } from "../store.ts";
import { Committer } from "./committer.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Doorbell } from "./doorbell.ts";
import type { Journal, JournalEvent, JournalObserver, JournalOperation } from "./types.ts";

const START_RETRY_MS = 500;
const CLOSE_MS = 5000;

/** What {@link createJournal} needs. */
export interface JournalOptions {
  store: Pick<Store, "kv" | "maxChecks">;
  clock: Clock;
  log: Logger;
  /** Jitter, 0 to 1. */
  random?: () => number;
  observer?: JournalObserver;
}

/** Opens the journal of this process. It starts by itself; commits wait until it has. */
export function createJournal(options: JournalOptions): Journal {
  const { store: { kv, maxChecks }, clock, log, random = Math.random, observer } = options;
  const journalId = crypto.randomUUID().slice(0, 13);
  const listeners = new Set<(events: readonly JournalEvent[]) => void>();
  const gapListeners = new Set<(shard: number) => void>();
  let closed = false;

  // In process a commit costs by its rows, and heads and log rows are rows, too: there one log takes
  // the events of all shards. A KV server takes ten checks in all, and commits of different shards
  // run in parallel there. Servers that work at the same time have the same store, so they agree.
  const isOneLog = maxChecks > SHARDS;
  const shards = isOneLog ? [0] : Array.from({ length: SHARDS }, (_, shard) => shard);

  const guard = (run: () => void) => {
    try {
      run();
    } catch (error) {
      log.error("A journal listener failed", errorFields(error));
    }
  };
  const dispatcher = new Dispatcher({
    kv,
    journalId,
    log,
    deliver(events) {
      const heard = observer?.dispatching(events);
      listeners.forEach((listener) => guard(() => listener(events)));
      heard?.();
    },
    gap(shard) {
      observer?.lost();
      gapListeners.forEach((listener) => guard(() => listener(shard)));
    },
    foreign: (shard, n) => committers[shard]?.foreignHead(n),
  });
  const doorbell = new Doorbell({
    kv,
    clock,
    random,
    log,
    shards,
    observer,
    ring: (shard, n) => dispatcher.ring(shard, n),
  });
  const ready = start();

  const committers = shards.map((shard) =>
    new Committer({
      kv,
      shard,
      maxChecks,
      journalId,
      clock,
      random,
      log,
      listener: dispatcher,
      observer,
      ready,
    })
  );

  async function start(): Promise<void> {
    while (!closed) {
      try {
        await dispatcher.start();
        doorbell.start();
        return;
      } catch (error) {
        log.warn("The journal waits for the store", errorFields(error));
        await delay(clock, START_RETRY_MS);
      }
    }
  }

  return {
    get waiting() {
      return committers.reduce((sum, each) => sum + each.waiting, 0);
    },
    commit<T>(operation: JournalOperation<T>): Promise<T> {
      if (closed) {
        return Promise.reject(
          new AppError("unavailable", "Cannot save: the server is stopping", { retryAfter: 2 }),
        );
      }
      const committer = committers[isOneLog ? 0 : operation.shard];
      if (!committer) throw new Error(`No such shard: ${operation.shard}`);
      return committer.commit(operation);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    async close(ms = CLOSE_MS) {
      if (closed) return;
      closed = true;
      await withinTime(clock, ms, Promise.all([ready, ...committers.map((each) => each.idle())]));
      for (const each of committers) each.abandon();
      dispatcher.close();
      await doorbell.close();
    },
  };
}

async function withinTime(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const late = new Promise<void>((resolve) => timer = clock.after(ms, resolve));
  await Promise.race([work, late]);
  timer?.cancel();
}
