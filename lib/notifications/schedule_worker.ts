/** Sends what was scheduled when its time has come. */
import { AppError } from "../shared/errors.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import type { Sending } from "./sending.ts";

/** Between looks at the store, jittered: any server may have scheduled something. */
const POLL_MS = 1000;
/** Rows read in one go. */
const BATCH = 100;

/** What {@link ScheduleWorker} needs. */
export interface ScheduleWorkerOptions {
  kv: Deno.Kv;
  clock: Clock;
  log: Logger;
  random: () => number;
  sending: Pick<Sending, "finishScheduled">;
}

/**
 * One worker a process. Two that meet on one notification are no harm, as each is sent once for its
 * id; what can't be sent for now stays where it is.
 */
export class ScheduleWorker {
  #state: "new" | "running" | "closed" = "new";
  #timer: Timer | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly options: ScheduleWorkerOptions) {}

  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    this.#look();
  }

  /** Ends after the notification that is under way. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#timer?.cancel();
    await this.#looking;
  }

  #look(): void {
    const { clock, log, random } = this.options;
    this.#looking = this.#sendDue()
      .catch((error) => log.error("Could not send what was scheduled", errorFields(error)))
      .finally(() => {
        if (this.#state !== "running") return;
        this.#timer = clock.after(POLL_MS * (0.75 + random() / 2), () => this.#look());
      });
  }

  async #sendDue(): Promise<void> {
    const { kv, clock, log, sending } = this.options;
    const prefix = keys.scheduledQueue();
    const end = keys.scheduledAt(clock.now() + 1, "");
    for await (const { key } of kv.list({ prefix, end }, { batchSize: BATCH })) {
      if (this.#state !== "running") return;
      const id = String(key.at(-1));
      try {
        await sending.finishScheduled(id);
      } catch (error) {
        // The store takes nothing now, so it would not take the others either.
        if (error instanceof AppError) throw error;
        // One that can't be read must not hold up those behind it.
        log.error("Could not send a scheduled notification", { id, ...errorFields(error) });
      }
    }
  }
}
