/** Who is typing where: told to the others, and over after six seconds unless it is renewed. */
import type { Clock, Timer } from "../shared/clock.ts";
import { TYPING_TTL_MS } from "../shared/limits.ts";
import type { ServerFrame } from "../shared/protocol.ts";

/** What {@link Typing} needs. */
export interface TypingOptions {
  clock: Clock;
  sendToUsers(userIds: Iterable<string>, frame: ServerFrame): void;
}

/** Conversations in which one person may be typing at a time; the oldest is over at once. */
const AT_A_TIME = 20;

/** See the header of this module. */
export class Typing {
  readonly #options: TypingOptions;
  /** By person, then by conversation. */
  #typing = new Map<string, Map<string, { timer: Timer; others: readonly string[] }>>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** `userId` types in a conversation, or stops; `others` are those who are told. */
  set(userId: string, conversationId: string, on: boolean, others: readonly string[]): void {
    if (!on) return this.#over(userId, conversationId);
    let own = this.#typing.get(userId);
    if (!own) this.#typing.set(userId, own = new Map());
    own.get(conversationId)?.timer.cancel();
    own.delete(conversationId);
    const [oldest] = own.keys();
    if (own.size >= AT_A_TIME && oldest !== undefined) this.#over(userId, oldest);
    const timer = this.#options.clock.after(
      TYPING_TTL_MS,
      () => this.#over(userId, conversationId),
    );
    own.set(conversationId, { timer, others });
    this.#typing.set(userId, own);
    this.#options.sendToUsers(others, { type: "typing", conversationId, userId, on: true });
  }

  /** Somebody has gone. */
  clear(userId: string): void {
    for (const conversationId of [...this.#typing.get(userId)?.keys() ?? []]) {
      this.#over(userId, conversationId);
    }
  }

  close(): void {
    for (const own of this.#typing.values()) for (const { timer } of own.values()) timer.cancel();
    this.#typing.clear();
  }

  #over(userId: string, conversationId: string): void {
    const own = this.#typing.get(userId);
    const entry = own?.get(conversationId);
    if (!own || !entry) return;
    entry.timer.cancel();
    own.delete(conversationId);
    if (own.size === 0) this.#typing.delete(userId);
    const frame = { type: "typing", conversationId, userId, on: false } as const;
    this.#options.sendToUsers(entry.others, frame);
  }
}
