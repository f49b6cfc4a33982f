/** Sends notifications, now or at their time, each once for its idempotency key. */
import { AppError } from "../shared/errors.ts";
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import { keys } from "../kv/keys.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { Principal } from "../identity/types.ts";
import type { PushService } from "../push/types.ts";
import { digestOf, requireSame } from "./idempotency.ts";
import { ownerOf, requireSender } from "./notification_policy.ts";
import { pushJob, pushReference } from "./notification_push.ts";
import type { SentRow } from "./notification_rows.ts";
import { countRecipients, type RecipientsOptions, toAddressees } from "./recipients.ts";
import {
  endScheduled,
  requireWaitingPlace,
  scheduleWrite,
  toSender,
} from "./schedule_operations.ts";
import { parseScheduled, type ScheduledRow, type Sender } from "./scheduled_row.ts";
import { firstWrite, laterWrite, type Send } from "./send_operation.ts";
import type { NotifyInput } from "./types.ts";

/** An idempotency key is good for a month. */
const KEY_KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** One that was made up only has to outlive the journal's own retries. */
const OWN_KEY_KEPT_MS = 60 * 60 * 1000;
/** How far ahead `sendAt` may lie. */
const AHEAD_MAX_MS = 366 * 24 * 60 * 60 * 1000;
/** Whom the idempotency keys of scheduled notifications belong to: nobody who could ask. */
const SCHEDULE_OWNER = "schedule";

/** What {@link createSending} needs. */
export interface SendingOptions extends RecipientsOptions {
  kv: Deno.Kv;
  journal: Journal;
  clock: Clock;
  log: Logger;
  push: Pick<PushService, "jobRow" | "dueAt">;
}

/** See the header of this module. */
export interface Sending {
  /** See {@link NotificationService.send}. */
  send(
    by: Principal,
    input: NotifyInput,
    idempotencyKey: string | null,
  ): Promise<{ id: string; recipients: number }>;
  /**
   * Sends what was scheduled, once however often it is called, and takes it out of the queue. What
   * was cancelled, and what has nobody to go to, is not sent. Throws `unavailable` or `rate_limited`
   * while the store does not take it; another error when its row can't be read.
   */
  finishScheduled(id: string): Promise<void>;
}

/** What is sent, under whose key. */
type Request = Pick<Send, "owner" | "key" | "keyKeptMs" | "digest" | "by" | "schedule"> & {
  input: NotifyInput;
  recipients(): Promise<number>;
  /** Which are alike, where that does not follow from the input. */
  group?: string;
};

export function createSending(options: SendingOptions): Sending {
  const { kv, journal, clock, log, push } = options;

  async function getSent({ owner, key, digest }: Pick<Send, "owner" | "key" | "digest">) {
    const { value } = await kv.get<SentRow>(keys.idempotency(owner, key));
    return value === null ? null : requireSame(value, digest);
  }

  /** Writes every part; again after a crash between two of them, each is there once. */
  async function perform(request: Request, known: SentRow | null): Promise<SentRow> {
    const { input, recipients, group, ...keyed } = request;
    const { type, title, message, link = null, category = "general" } = input;
    const content = { type, title, message, link, category, ...(group ? { group } : {}) };
    const { urgency, collapseKey } = input;
    const plan: Send = {
      ...keyed,
      content,
      parts: toAddressees(input.to),
      // What was sent is sent, even if its recipients could not be named any more.
      recipients: known?.recipients ?? await recipients(),
      now: clock.now(),
      pushRow: (part, index, sent) => {
        const reference = pushReference(part, sent, { content, urgency, collapseKey });
        return push.jobRow(pushJob(index, reference, push.dueAt()));
      },
    };
    const sent = known ?? await journal.commit(firstWrite(plan));
    // The same request was put into the queue a moment ago, and is sent from there.
    if (sent.seq === 0) return sent;
    for (let index = 1; index < plan.parts.length; index++) {
      await journal.commit(laterWrite(plan, index, sent));
    }
    return sent;
  }

  return {
    async send(by, input, idempotencyKey) {
      requireSender(by);
      const request: Request = {
        owner: idempotencyKey === null ? "auto" : ownerOf(by),
        key: idempotencyKey ?? crypto.randomUUID(),
        keyKeptMs: idempotencyKey === null ? OWN_KEY_KEPT_MS : KEY_KEPT_MS,
        digest: digestOf(input),
        by: toSender(by),
        input,
        group: groupOf(by, input),
        recipients: () => countRecipients(options, by, input.to),
      };
      const known = idempotencyKey === null ? null : await getSent(request);
      const at = input.sendAt === undefined ? 0 : Date.parse(input.sendAt);
      const isScheduled = known ? known.seq === 0 : at > clock.now();
      if (!isScheduled) {
        const { id, recipients } = await perform(request, known);
        return { id, recipients };
      }
      if (known) return { id: known.id, recipients: known.recipients };
      if (at > clock.now() + AHEAD_MAX_MS) throw tooFarAhead();
      await requireWaitingPlace(kv, ownerOf(by));
      const { id, recipients } = await journal.commit(scheduleWrite({
        ...request,
        keyKeptMs: at - clock.now() + request.keyKeptMs,
        by,
        at,
        recipients: await request.recipients(),
        now: clock.now(),
      }));
      return { id, recipients };
    },

    async finishScheduled(id) {
      const row = parseScheduled((await kv.get(keys.scheduled(id))).value);
      if (row === null) return;
      try {
        const sent = await sendScheduled(row);
        await journal.commit(endScheduled(id, "sent", sent.id));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // Cancelled, or ended by another server, a moment ago.
        if (error.code === "conflict") return;
        // Later it may pass. Any other answer is the same the next time: nobody is there to get it,
        // or a row is too large.
        if (error.code === "unavailable" || error.code === "rate_limited") throw error;
        log.warn("A scheduled notification can't be sent", { id, reason: error.message });
        await journal.commit(endScheduled(id, "failed", error.message));
      }
    },
  };

  async function sendScheduled(row: ScheduledRow): Promise<SentRow> {
    const { id, by, input, recipients } = row;
    const request: Request = {
      owner: SCHEDULE_OWNER,
      key: id,
      keyKeptMs: KEY_KEPT_MS,
      digest: digestOf(input),
      by,
      schedule: id,
      input,
      group: row.group ?? groupOf(by, input),
      // A room that is gone meanwhile, or one that the sender has left, gets nothing.
      recipients: () =>
        "broadcast" in input.to
          ? Promise.resolve(recipients)
          : countRecipients(options, by, input.to),
    };
    return await perform(request, await getSent(request));
  }
}

/** The same for alike ones of one sender, and nothing that tells their key. */
function groupOf(by: Sender, { collapseKey }: NotifyInput): string | undefined {
  return collapseKey === undefined ? undefined : digestOf([ownerOf(by), collapseKey]).slice(0, 22);
}

function tooFarAhead(): AppError {
  const message = "must lie within the next 366 days";
  return new AppError("invalid", `Cannot send the notification: sendAt ${message}`, {
    issues: [{ path: "sendAt", message }],
  });
}
