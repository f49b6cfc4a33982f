/** "Is typing", both ways. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Clock, Timer } from "../shared/clock.ts";
import { TYPING_TTL_MS } from "../shared/limits.ts";

/** Others are told at most this often while one types. */
const TELL_EVERY_MS = 3000;
/** A pause this long is the end of typing. */
const PAUSE_MS = 5000;

/** Who is typing here; each for 6 s unless it is renewed. */
export interface Typists {
  readonly userIds: ReadonlySignal<readonly string[]>;
  set(userId: string, on: boolean): void;
}

export function createTypists(clock: Clock): Typists {
  const userIds = signal<readonly string[]>([]);
  const timers = new Map<string, Timer>();
  function set(userId: string, on: boolean): void {
    timers.get(userId)?.cancel();
    timers.delete(userId);
    if (on) timers.set(userId, clock.after(TYPING_TTL_MS, () => set(userId, false)));
    const known = userIds.peek();
    if (known.includes(userId) === on) return;
    userIds.value = on ? [...known, userId] : known.filter((id) => id !== userId);
  }
  return { userIds, set };
}

/** Tells others that one types: `typed` at each keystroke, `stopped` when the text is gone. */
export interface TypingNotice {
  typed(): void;
  stopped(): void;
  /** The message itself says that typing is over. */
  sent(): void;
}

export function createTypingNotice(clock: Clock, tell: (on: boolean) => void): TypingNotice {
  let toldAt: number | null = null;
  let pause: Timer | null = null;
  const notice: TypingNotice = {
    typed() {
      if (toldAt === null || clock.now() - toldAt >= TELL_EVERY_MS) {
        toldAt = clock.now();
        tell(true);
      }
      pause?.cancel();
      pause = clock.after(PAUSE_MS, notice.stopped);
    },
    stopped() {
      if (toldAt !== null) tell(false);
      notice.sent();
    },
    sent() {
      pause?.cancel();
      pause = null;
      toldAt = null;
    },
  };
  return notice;
}
