/** Puts the parts of the journal together: committers, a doorbell, a dispatcher. */
import { AppError } from "../../shared/errors.ts";
import { type Clock, delay } from "../../shared/clock.ts";
import { errorFields, type Logger } from "../../shared/logger.ts";
import { keys, SHARDS } from "../keys.ts";
import type { Store } from "../store.ts";
import { getRows } from "../transact.ts";
import { Backlog } from "./backlog.ts";
import { Committer, type Late } from "./committer.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Doorbell } from "./doorbell.ts";
import { HeadPoll } from "./head_poll.ts";
import { createRows } from "./journal_rows.ts";
import { KnownPrefixes } from "./known_prefixes.ts";
import type { Head } from "./log_row.ts";
import { Placer } from "./placer.ts";
import type { Journal, JournalEvent, JournalObserver, JournalOperation } from "./types.ts";

const START_RETRY_MS = 500;
const CLOSE_MS = 5000;
/** A store that is slow, or away, keeps nobody waiting for longer. */
const CATCH_UP_MS = 2000;

/** What {@link createJournal} needs. */
export interface JournalOptions {
  store: Pick<Store, "kv" | "maxChecks" | "isExclusive">;
  clock: Clock;
  log: Logger;
  /** Jitter, 0 to 1. */
  random?: () => number;
  observer?: JournalObserver;
}

/** Opens the journal of this process. It starts by itself; commits wait until it has. */
export function createJournal(options: JournalOptions): Journal {
  const { store: { kv, maxChecks, isExclusive }, clock, log, random = Math.random, observer } =
    options;
  const journalId = crypto.randomUUID().slice(0, 13);
  const listeners = new Set<(events: readonly JournalEvent[]) => void>();
  const gapListeners = new Set<(shard: number) => void>();
  let closed = false;

  // In process a commit costs by its rows, and heads and log rows are rows, too: there one log takes
  // the events of all shards, and other rows follow it. A KV server takes ten checks in all, and
  // commits of different shards run in parallel there. Servers that work at the same time have the
  // same store, so they agree.
  const shards = isExclusive ? [0] : Array.from({ length: SHARDS }, (_, shard) => shard);

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
  const ring = (shard: number, n: number) => dispatcher.ring(shard, n);
  // Where nobody else writes there is nobody to wait for.
  const doorbell = isExclusive
    ? new HeadPoll({ kv, clock, log, ring: (n) => ring(0, n) })
    : new Doorbell({ kv, clock, random, log, shards, observer, ring });
  const late = isExclusive ? createLate() : null;
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
      late,
      ready,
    })
  );

  function createLate(): Late {
    const backlog = new Backlog(0);
    const known = new KnownPrefixes({ kv, backlog, log });
    backlog.onRow = (prefix, text) => known.wrote(prefix, text);
    const undelivered = () => dispatcher.next(0);
    return { backlog, known, placer: new Placer({ kv, backlog, clock, log, undelivered }) };
  }

  async function start(): Promise<void> {
    while (!closed) {
      try {
        await dispatcher.start();
        if (late) await late.placer.start();
        else await placeLeftovers();
        doorbell.start();
        return;
      } catch (error) {
        log.warn("The journal waits for the store", errorFields(error));
        await delay(clock, START_RETRY_MS);
      }
    }
    // Closed before it began: nothing is there that could take what waits.
    for (const each of committers) each.abandon();
  }

  /** The store was one process' own before, which has left rows in its log. */
  async function placeLeftovers(): Promise<void> {
    const backlog = new Backlog(0);
    const placer = new Placer({ kv, backlog, clock, log, undelivered: () => Infinity });
    if (await placer.start("if left")) await placer.end();
    placer.close();
  }

  /** Places what it can; the rest is in the log, and is placed after the next start. */
  async function closeLate(ms: number): Promise<void> {
    if (!late) return;
    const placed = late.placer.flush().catch((error) => {
      log.warn("Rows are left in the log", errorFields(error));
    });
    await withinTime(clock, ms, placed);
    late.placer.close();
  }

  let looking: Promise<void> | null = null;
  let nextLook: Promise<void> | null = null;
  /** A look at the heads that begins after the call; whoever asks while one is under way shares the next. */
  function look(): Promise<void> {
    if (looking) {
      return nextLook ??= looking.then(() => {
        nextLook = null;
        return look();
      });
    }
    // What a store that fails does not tell here, it does not tell whoever reads next either.
    return looking = withinTime(clock, CATCH_UP_MS, catchUp().catch(() => {}))
      .finally(() => looking = null);
  }
  async function catchUp(): Promise<void> {
    await ready;
    const heads = await getRows<Head>(kv, shards.map(keys.head));
    await Promise.all(
      heads.map(({ value }, i) => dispatcher.delivered(shards[i]!, value?.n ?? 0)),
    );
  }

  return {
    rows: createRows(kv, late?.backlog ?? null),
    get waiting() {
      return committers.reduce((sum, each) => sum + each.waiting, 0);
    },
    commit<T>(operation: JournalOperation<T>): Promise<T> {
      if (closed) {
        return Promise.reject(
          new AppError("unavailable", "Cannot save: the server is stopping", { retryAfter: 2 }),
        );
      }
      const committer = committers[isExclusive ? 0 : operation.shard];
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
    caughtUp: () => isExclusive || closed ? Promise.resolve() : look(),
    async close(ms = CLOSE_MS) {
      if (closed) return;
      closed = true;
      await withinTime(clock, ms, Promise.all([ready, ...committers.map((each) => each.idle())]));
      for (const each of committers) each.abandon();
      await closeLate(ms);
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
