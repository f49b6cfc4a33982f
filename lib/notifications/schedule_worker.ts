/** Sends what was scheduled when its time has come. */
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import type { Sending } from "./sending.ts";

/** Between looks at the store, jittered: any server may have scheduled something. */
const POLL_MS = 1000;
/** Sent in one go. */
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
    const { kv, clock, sending } = this.options;
    const prefix = keys.scheduledQueue();
    const end = keys.scheduledAt(clock.now() + 1, "");
    for await (const { key } of kv.list({ prefix, end }, { limit: BATCH })) {
      if (this.#state !== "running") return;
      await sending.finishScheduled(String(key.at(-1)));
    }
  }
}
