/** Which conversations have their messages in memory: those that were shown last. */

/** Conversations with messages in memory, and messages in all, beside the one that is shown. */
const THREADS_MAX = 20;
const MESSAGES_MAX = 5000;

/** What is asked of a conversation. */
export interface Loaded {
  /** Messages in memory. */
  readonly size: number;
  /** Lets them go: they are loaded again when it is shown. */
  release(): void;
}

export interface LoadedThreads<T extends Loaded> {
  /** It is shown now: those that were shown longest ago give way. */
  shown(conversation: T): void;
  forget(conversation: T): void;
  /** The one that was shown last first. */
  list(): readonly T[];
}

/** R10: bounds what a page that stays open for weeks holds in memory. */
export function createLoadedThreads<T extends Loaded>(): LoadedThreads<T> {
  let threads: readonly T[] = [];
  return {
    shown(conversation) {
      const others = threads.filter((other) => other !== conversation);
      let messages = 0;
      const kept = others.filter((other, place) => {
        messages += other.size;
        return place < THREADS_MAX && messages <= MESSAGES_MAX;
      });
      for (const other of others) if (!kept.includes(other)) other.release();
      threads = [conversation, ...kept];
    },
    forget: (conversation) => void (threads = threads.filter((other) => other !== conversation)),
    list: () => threads,
  };
}
