/** What is in one composer: kept a moment after it was typed. */
import { type Signal, signal } from "@preact/signals";
import type { Clock, Timer } from "../shared/clock.ts";

/** A pause in typing after which the draft is written. */
const WAIT_MS = 300;

export interface DraftKeeper {
  readonly text: Signal<string>;
  /** Takes in what was kept before; what was typed meanwhile wins. */
  restore(text: string): void;
  /** Writes it now instead of in a moment; nothing where nothing waits. */
  saveNow(): void;
}

/** `typed` hears each change that a person makes, `save` writes. */
export function createDraftKeeper(
  clock: Clock,
  { typed, save }: { typed(text: string): void; save(text: string): void },
): DraftKeeper {
  const text = signal("");
  /** A text that is not typed but given; null once it was taken in. */
  let given: string | null = "";
  let timer: Timer | null = null;

  function saveNow(): void {
    if (!timer) return;
    timer.cancel();
    timer = null;
    save(text.peek());
  }
  text.subscribe((now) => {
    const before = given;
    given = null;
    if (now === before) return;
    typed(now);
    timer?.cancel();
    timer = clock.after(WAIT_MS, saveNow);
  });
  return {
    text,
    restore(kept) {
      if (!kept || text.peek()) return;
      given = kept;
      text.value = kept;
    },
    saveNow,
  };
}
