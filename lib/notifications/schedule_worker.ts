/** Sends what was scheduled when its time has come. */
import { AppError } from "../shared/errors.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import type { Journal } from "../kv/journal/types.ts";
import { endScheduled } from "./schedule_operations.ts";
import { parseScheduled } from "./scheduled_row.ts";
import type { Sending } from "./sending.ts";

/** Between looks at the store, jittered: any server may have scheduled something. */
const POLL_MS = 1000;
/** Sent in one go. */
const BATCH = 100;

/** What {@link ScheduleWorker} needs. */
export interface ScheduleWorkerOptions {
  kv: Deno.Kv;
  journal: Journal;
  clock: Clock;
  log: Logger;
  random: () => number;
  sending: Pick<Sending, "sendScheduled">;
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
    const { kv, clock } = this.options;
    const prefix = keys.scheduledQueue();
    const end = keys.scheduledAt(clock.now() + 1, "");
    for await (const { key } of kv.list({ prefix, end }, { limit: BATCH })) {
      if (this.#state !== "running") return;
      await this.#send(String(key.at(-1)));
    }
  }

  async #send(id: string): Promise<void> {
    const { kv, journal, log, sending } = this.options;
    const row = parseScheduled((await kv.get(keys.scheduled(id))).value);
    if (row === null) return;
    try {
      const sent = await sending.sendScheduled(row);
      await journal.commit(endScheduled(id, "sent", sent.id));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Cancelled, or ended by another server, a moment ago.
      if (error.code === "conflict") return;
      if (error.code !== "not_found") throw error;
      log.warn("A scheduled notification has nobody to go to", { id, reason: error.message });
      await journal.commit(endScheduled(id, "failed", error.message));
    }
  }
}
