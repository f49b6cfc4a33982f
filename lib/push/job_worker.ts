/** Finds the jobs that are due and keeps a bounded number of them going. */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import type { JobRunner } from "./job_runner.ts";
import { parseJob, type StoredJob } from "./push_job.ts";
import type { PushBacklog, PushObserver } from "./types.ts";

/** Jobs under way at a time. */
const JOBS_AT_ONCE = 32;
/** Rows read in one go. */
const BATCH = 100;
/**
 * Rows that one look passes by because they are not due yet. They share the newest window of time
 * with rows that are; what lies behind more of them is found when the window is over.
 */
const PASSED_MAX = 2000;
/** At least so long lies between two looks, however many jobs fall due in between. */
const LOOK_EVERY_MS = 50;
/** Between looks at the store, jittered: other servers make jobs as well, and rings are only hints. */
const POLL_MS = 1000;
/** Rows that are counted of those that wait. */
const BACKLOG_MAX = 1000;
/** A job's row may land a moment after the hint that it is made. */
const HINT_SLACK_MS = 20;
/**
 * Given to what is under way when the process stops, which has five seconds for everything; the lease
 * covers what takes longer (a push service that does not answer).
 */
const CLOSE_MS = 1500;

/** What {@link JobWorker} needs. */
export interface JobWorkerOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  random: () => number;
  runner: JobRunner;
  observer?: PushObserver;
}

/** One worker a process. No failure stops it: what can't be done now is looked at again later. */
export class JobWorker {
  #state: "new" | "running" | "closed" = "new";
  #timer: { at: number; timer: Timer } | null = null;
  #looking: Promise<void> | null = null;
  #lookedAt = -Infinity;
  #again = false;
  readonly #runs = new Set<Promise<void>>();

  constructor(private readonly options: JobWorkerOptions) {}

  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    this.#look();
  }

  /** A hint that something falls due at `at`. */
  expect(at: number): void {
    this.#lookAt(at + HINT_SLACK_MS);
  }

  /** Ends what is under way at its next page; waits for it, for 1.5 s at most. */
  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#timer?.timer.cancel();
    this.options.runner.stop();
    let late: Timer | undefined;
    await Promise.race([
      (this.#looking ?? Promise.resolve()).then(() => Promise.all(this.#runs)),
      new Promise<void>((resolve) => late = this.options.clock.after(CLOSE_MS, resolve)),
    ]);
    late?.cancel();
  }

  /** See `PushService.backlog`. */
  async backlog(limit = BACKLOG_MAX): Promise<PushBacklog> {
    const { kv, clock } = this.options;
    let waiting = 0;
    let lateMs = 0;
    const rows = kv.list<unknown>({ prefix: keys.pushJobs() }, {
      limit: Math.min(limit, BACKLOG_MAX),
    });
    for await (const { value } of rows) {
      const due = waiting++ === 0 ? parseJob(value)?.dueAt : undefined;
      if (due !== undefined) lateMs = Math.max(0, clock.now() - due);
    }
    return { waiting, lateMs };
  }

  #lookAt(wanted: number): void {
    const at = Math.max(wanted, this.#lookedAt + LOOK_EVERY_MS);
    if (this.#state !== "running" || (this.#timer && this.#timer.at <= at)) return;
    this.#timer?.timer.cancel();
    const timer = this.options.clock.after(Math.max(0, at - this.options.clock.now()), () => {
      this.#timer = null;
      this.#look();
    });
    this.#timer = { at, timer };
  }

  /** One look at a time; one that is wanted meanwhile follows. */
  #look(): void {
    if (this.#state !== "running") return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#lookedAt = this.options.clock.now();
    this.#looking = this.#takeDue()
      .catch((error) => this.options.log.error("Could not look for pushes", errorFields(error)))
      .finally(() => {
        this.#looking = null;
        const again = this.#again;
        this.#again = false;
        const { clock, random } = this.options;
        this.#lookAt(again ? clock.now() : clock.now() + POLL_MS * (0.75 + random() / 2));
      });
  }

  /** Goes through everything that is due now, waiting for a place whenever all are taken. */
  async #takeDue(): Promise<void> {
    const { kv, clock, log } = this.options;
    const now = clock.now();
    const selector = { prefix: keys.pushJobs(), end: keys.pushJob(now + 1, "") };
    let passed = 0;
    for await (const entry of kv.list<unknown>(selector, { batchSize: BATCH })) {
      while (this.#runs.size >= JOBS_AT_ONCE) await Promise.race(this.#runs);
      if (this.#state !== "running") return;
      const job = parseJob(entry.value);
      if (job === null) {
        log.error("Dropped a push job that can't be read", { key: entry.key.join(" ") });
        await kv.atomic().check(entry).delete(entry.key).commit();
        continue;
      }
      if (job.dueAt > now) {
        this.#lookAt(job.dueAt);
        if (++passed >= PASSED_MAX) return;
        continue;
      }
      const run = this.#carryOut(entry, job).finally(() => void this.#runs.delete(run));
      this.#runs.add(run);
    }
  }

  /** Claims are commits: one after another they would be the limit of all that is pushed. */
  async #carryOut(entry: Deno.KvEntry<unknown>, job: StoredJob): Promise<void> {
    const { log, runner, observer } = this.options;
    try {
      const held = await runner.claim(entry, job);
      if (held === null) return;
      const work = () => runner.run(held);
      await (observer?.job(job.source, work) ?? work());
    } catch (error) {
      log.error("Could not take a push job", errorFields(error));
    }
  }
}
