/** Carries out one job that a worker holds: page by page, with the lease renewed on the way. */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import {
  DEAD_KEPT_MS,
  type HeldJob,
  LEASE_MS,
  movedKey,
  PUSH_TTL_MS,
  type StoredJob,
} from "./push_job.ts";
import type { AtomicBatcher } from "./atomic_batcher.ts";
import { addDevice, addPerson, type PersonOutcomes, TRACED_PEOPLE_MAX } from "./outcome_log.ts";
import type { RecipientPusher, Sources, Unsent } from "./recipient_pusher.ts";
import { MAX_ATTEMPTS, retryDelay } from "./retry_policy.ts";
import type { PushObserver } from "./types.ts";

/** Times that a lease is renewed while one page lasts; a page that takes longer has hung. */
const RENEWALS_MAX = 30;

/** What {@link JobRunner} needs. */
export interface JobRunnerOptions {
  kv: Deno.Kv;
  /** For claims and ends of jobs, of which many come at once. */
  batcher: AtomicBatcher;
  clock: Clock;
  log: Logger;
  random: () => number;
  sources: Sources;
  pusher: RecipientPusher;
  observer?: PushObserver;
}

/** What the last page of a run leaves to be written with its end. */
interface Ending {
  unsent: Unsent[];
  outcomes: PersonOutcomes[];
}

/** Thrown inside a run when another worker has the job now. */
class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** Runs jobs; `run` never rejects. */
export class JobRunner {
  #stopping = false;

  constructor(private readonly options: JobRunnerOptions) {}

  /** Runs end at their next page, their jobs free for another worker. */
  stop(): void {
    this.#stopping = true;
  }

  /** Takes the job of `entry` if nobody else has: its row moves to where the lease ends. */
  async claim(entry: Deno.KvEntry<unknown>, job: StoredJob): Promise<HeldJob | null> {
    const { batcher, clock } = this.options;
    const held = { ...job, attempt: job.attempt + 1 };
    const dueAt = clock.now() + LEASE_MS;
    const key = movedKey(dueAt, job);
    const result = await batcher.commit({
      check: entry,
      write: (atomic) => void atomic.delete(entry.key).set(key, { ...held, dueAt }),
    });
    return result.ok ? { key, versionstamp: result.versionstamp, job: held } : null;
  }

  /** Carries the job out; what it can't finish is tried again later, or becomes a dead letter. */
  async run(held: HeldJob): Promise<void> {
    const { log, clock } = this.options;
    const lease = new Lease(held, this.options, () => this.#stopping);
    try {
      const over = clock.now() >= held.job.createdAt + PUSH_TTL_MS
        ? "its time to live is over"
        // Every error is counted by its retry: only a process that died gets past that.
        : held.job.attempt > MAX_ATTEMPTS
        ? "it never came to an end"
        : null;
      if (over) return await lease.finish((atomic) => this.#bury(atomic, held.job, over));
      const ending = await this.#pages(lease);
      if (ending) await this.#finish(lease, ending);
    } catch (error) {
      if (error instanceof LeaseLost) return;
      log.error("A push job failed", { jobId: held.job.id, ...errorFields(error) });
      await this.#retryJob(lease, error).catch((cause) =>
        // The lease ends by itself, and the job is due again.
        log.error("Could not put a push job back", { jobId: held.job.id, ...errorFields(cause) })
      );
    } finally {
      lease.end();
    }
  }

  /** Null when the run was stopped: the row is back in its place. */
  async #pages(lease: Lease): Promise<Ending | null> {
    const { pusher, sources, clock } = this.options;
    const { job } = lease;
    const source = sources.get(job.source);
    if (source === undefined) throw new Error(`No source is registered for ${job.source}`);
    let cursor = job.cursor;
    let traced = job.traced ?? 0;
    for (;;) {
      const page = await source.recipients(job, cursor, job.only?.userId);
      const mine = ({ userId }: { userId: string }) => !job.only || userId === job.only.userId;
      const people: PersonOutcomes[] = [];
      for (const { userId, reason } of page.suppressed.filter(mine)) {
        people.push({ userId, pushes: await pusher.suppress(job, userId, reason) });
        this.options.observer?.outcome("suppressed");
      }
      const unsent: Unsent[] = [];
      await Promise.all(
        page.recipients.filter(mine).map(async ({ userId, content }) => {
          const pushed = await pusher.push(job, userId, content);
          unsent.push(...pushed.unsent);
          people.push({ userId, pushes: pushed.outcomes });
        }),
      );
      const outcomes = people.filter(({ pushes }) => pushes.length > 0)
        .slice(0, Math.max(0, TRACED_PEOPLE_MAX - traced));
      if (job.only !== null && unsent.length > 0) return { unsent, outcomes };
      for (const one of unsent) await this.#scheduleDevice(job, one);
      cursor = page.next;
      if (cursor === null) return { unsent: [], outcomes };
      traced += outcomes.length;
      const write = (atomic: Deno.AtomicOperation) => this.#addOutcomes(atomic, job, outcomes);
      if (this.#stopping) {
        await lease.replace({ ...job, attempt: 0, cursor, traced, dueAt: clock.now() }, write);
        return null;
      }
      await lease.checkpoint({ cursor, traced }, write);
    }
  }

  /** Rows of the month's trace, in the atomic that they belong to. */
  #addOutcomes(
    atomic: Deno.AtomicOperation,
    { trace, only }: StoredJob,
    outcomes: readonly PersonOutcomes[],
  ): void {
    if (trace === undefined) return;
    for (const person of outcomes) {
      if (only === null) addPerson(atomic, trace, person);
      else person.pushes.forEach((push) => addDevice(atomic, trace, person.userId, push));
    }
  }

  /** A device's own job, beside the one that goes on to the next page. */
  async #scheduleDevice(job: StoredJob, unsent: Unsent): Promise<void> {
    const { kv } = this.options;
    const atomic = kv.atomic();
    this.#addRetry(atomic, job, unsent, 1);
    await atomic.commit();
  }

  async #finish(lease: Lease, { unsent, outcomes }: Ending): Promise<void> {
    const { job } = lease;
    if (unsent.length === 0 && outcomes.length <= 1) {
      return await lease.finishWithOthers((atomic) => this.#addOutcomes(atomic, job, outcomes));
    }
    await lease.finish((atomic) => {
      this.#addOutcomes(atomic, job, outcomes);
      // After the outcomes: that it was given up is the last word.
      unsent.forEach((one) => this.#addRetry(atomic, job, one, job.attempt));
    });
  }

  #addRetry(
    atomic: Deno.AtomicOperation,
    job: StoredJob,
    { device, outcome, afterMs }: Unsent,
    attempt: number,
  ): void {
    const { clock, random } = this.options;
    const only = { userId: device.userId, deviceId: device.id, name: device.name };
    const id = job.only === null ? `${job.id}~${device.id}` : job.id;
    const retry: StoredJob = { ...job, id, only, cursor: null, attempt };
    const delay = retryDelay(attempt, afterMs, this.#remaining(job), random);
    if (delay === null) return this.#bury(atomic, retry, outcome.reason);
    const dueAt = clock.now() + delay;
    atomic.set(movedKey(dueAt, retry), { ...retry, dueAt });
  }

  async #retryJob(lease: Lease, error: unknown): Promise<void> {
    const { clock, random } = this.options;
    const { job } = lease;
    const delay = retryDelay(job.attempt, null, this.#remaining(job), random);
    if (delay !== null) {
      await lease.replace({ ...job, dueAt: clock.now() + delay });
    } else {
      await lease.finish((atomic) => this.#bury(atomic, job, String(error)));
    }
  }

  /** The dead letters: what was given up, and why. */
  #bury(atomic: Deno.AtomicOperation, job: StoredJob, reason: string): void {
    this.options.observer?.buried();
    this.options.log.warn("A push was given up", { jobId: job.id, only: job.only, reason });
    const at = this.options.clock.now();
    if (job.trace !== undefined && job.only !== null) {
      const { userId, deviceId: id, name = "" } = job.only;
      addDevice(atomic, job.trace, userId, {
        deviceId: id,
        device: name,
        at: new Date(at).toISOString(),
        result: "dead",
        reason,
        status: null,
      });
    }
    atomic.set(keys.deadPush(`${job.id}~${at}`), { job, reason, at }, { expireIn: DEAD_KEPT_MS });
  }

  #remaining(job: StoredJob): number {
    return job.createdAt + PUSH_TTL_MS - this.options.clock.now();
  }
}

/** What else goes into an atomic. */
type Write = (atomic: Deno.AtomicOperation) => void;

/** The row of a job that is being run: renewed while it lasts, gone when it is done. */
class Lease {
  #held: HeldJob;
  #timer: Timer | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  #renewals = 0;

  constructor(
    held: HeldJob,
    private readonly options: JobRunnerOptions,
    private readonly stopping: () => boolean,
  ) {
    this.#held = held;
    this.#renewLater();
  }

  get job(): StoredJob {
    return this.#held.job;
  }

  #renewLater(): void {
    this.#timer = this.options.clock.after(LEASE_MS / 3, () => {
      if (this.stopping() || ++this.#renewals > RENEWALS_MAX) return;
      this.#move((held) => held.job).then(() => this.#renewLater(), (error) => {
        if (!(error instanceof LeaseLost)) {
          this.options.log.warn("Could not renew a push job's lease", errorFields(error));
        }
      });
    });
  }

  end(): void {
    this.#timer?.cancel();
  }

  /** Pages up to `cursor` are done. Throws {@link LeaseLost}. */
  async checkpoint(reached: Pick<StoredJob, "cursor" | "traced">, write: Write): Promise<void> {
    this.#renewals = 0;
    await this.#move((held) => ({ ...held.job, ...reached }), write);
  }

  #move(change: (held: HeldJob) => StoredJob, write?: Write): Promise<void> {
    return this.#inTurn(async () => {
      const { kv, clock } = this.options;
      const job = change(this.#held);
      const until = clock.now() + LEASE_MS;
      const key = movedKey(until, job);
      const atomic = kv.atomic().check(this.#held).delete(this.#held.key)
        .set(key, { ...job, dueAt: until });
      write?.(atomic);
      const result = await atomic.commit();
      if (!result.ok) throw new LeaseLost();
      this.#held = { key, versionstamp: result.versionstamp, job };
    });
  }

  /** Puts `job` in the place of the row. */
  async replace(job: StoredJob, write?: Write): Promise<void> {
    await this.finish((atomic) => {
      atomic.set(movedKey(job.dueAt, job), job);
      write?.(atomic);
    });
  }

  /** Takes the row away, with what else `write` adds to the atomic. */
  async finish(write: Write): Promise<void> {
    this.end();
    await this.#inTurn(async () => {
      const atomic = this.options.kv.atomic().check(this.#held).delete(this.#held.key);
      write(atomic);
      if (!(await atomic.commit()).ok) throw new LeaseLost();
    });
  }

  /** The same together with other jobs that end now; `write` adds little and has no effect of its own. */
  async finishWithOthers(write: Write): Promise<void> {
    this.end();
    await this.#inTurn(async () => {
      const { key, versionstamp } = this.#held;
      const result = await this.options.batcher.commit({
        check: { key, versionstamp },
        write(atomic) {
          atomic.delete(key);
          write(atomic);
        },
      });
      if (!result.ok) throw new LeaseLost();
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
