/** The push jobs of messages, as rows of the commit that makes the message. */
import type { PushJob, PushService } from "../push/types.ts";

/**
 * A job this far from being due is still there on every server, however their clocks differ, and
 * will read this message as well: no other row is needed for it.
 */
const AHEAD_MS = 2000;
const REMEMBERED = 50_000;

/** See the header of this module. */
export class MessagePushRows {
  readonly #push: Pick<PushService, "jobRow" | "dueAt">;
  /** When the last written job of a conversation is due. */
  #due = new Map<string, number>();

  constructor(push: Pick<PushService, "jobRow" | "dueAt">) {
    this.#push = push;
  }

  /** The row for a message that is sent now; null where a job that is to come tells of it. */
  rowFor(conversationId: string, now: number): { key: Deno.KvKey; value: unknown } | null {
    if ((this.#due.get(conversationId) ?? 0) > now + AHEAD_MS) return null;
    const job: Omit<PushJob, "attempt"> = {
      id: `message:${conversationId}`,
      source: "message",
      reference: { conversationId },
      dueAt: this.#push.dueAt(),
      createdAt: now,
    };
    return this.#push.jobRow(job);
  }

  /** The row of a message that was sent at `now` is in the store. */
  written(conversationId: string, now: number): void {
    if ((this.#due.get(conversationId) ?? 0) > now + AHEAD_MS) return;
    if (this.#due.size >= REMEMBERED) this.#due.clear();
    this.#due.set(conversationId, this.#push.dueAt());
  }
}
