/** The push jobs of messages, as rows of the commit that makes the message. */
import type { PushJob, PushService } from "../push/types.ts";

/**
 * A job this far from being due is still there on every server, however their clocks differ, and
 * will read this message as well: no other row is needed for it.
 */
const AHEAD_MS = 2000;
const REMEMBERED = 50_000;

/** A row of the commit, with when its job is due (ms). */
export interface PushRow {
  key: Deno.KvKey;
  value: unknown;
  dueAt: number;
}

/** See the header of this module. */
export class MessagePushRows {
  readonly #push: Pick<PushService, "jobRow" | "dueAt">;
  /** When the last written job of a conversation is due. */
  #due = new Map<string, number>();

  constructor(push: Pick<PushService, "jobRow" | "dueAt">) {
    this.#push = push;
  }

  /** The row for a message that is committed now; null where a job that is to come tells of it. */
  rowFor(conversationId: string, now: number): PushRow | null {
    if ((this.#due.get(conversationId) ?? 0) > now + AHEAD_MS) return null;
    const dueAt = this.#push.dueAt();
    const job: Omit<PushJob, "attempt"> = {
      id: `message:${conversationId}`,
      source: "message",
      reference: { conversationId },
      dueAt,
      createdAt: now,
    };
    return { ...this.#push.jobRow(job), dueAt };
  }

  /** A row whose job is due then is in the store. */
  written(conversationId: string, dueAt: number): void {
    if (dueAt <= (this.#due.get(conversationId) ?? 0)) return;
    if (this.#due.size >= REMEMBERED) this.#due.clear();
    this.#due.set(conversationId, dueAt);
  }
}
