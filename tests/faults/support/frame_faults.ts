/** Frames that come twice, late, or in another order than they were sent, at a client's edge. */
import type { Clock } from "../../../lib/shared/clock.ts";
import type { ServerFrame } from "../../../lib/shared/protocol.ts";
import type { Dice } from "./plan.ts";

/** What stands between a socket and its page. */
export interface FrameFaults {
  /** Takes the texts of one socket, and hands on what a bad network makes of them. */
  incoming(clock: Clock, deliver: (text: string) => void): (text: string) => void;
  /** The texts that leave in the place of one. */
  outgoing(text: string): string[];
}

/** Frames that others follow from: the page waits for them before it says anything. */
const FIRST: ReadonlySet<ServerFrame["type"]> = new Set(["connected", "bye"]);
const HELD_MS = 30;

/**
 * Of each frame: may come again, now and later; may be overtaken by those behind it. None is lost,
 * which TCP does not do either; `on()` is asked for each.
 */
export function shuffledFrames(dice: Dice, on: () => boolean): FrameFaults {
  return {
    incoming(clock, deliver) {
      let held: string[] = [];
      const release = () => {
        const texts = held;
        held = [];
        // Another order, and some of them twice.
        for (let i = texts.length - 1; i > 0; i--) {
          const j = dice.below(i + 1);
          [texts[i], texts[j]] = [texts[j]!, texts[i]!];
        }
        for (const text of texts) {
          deliver(text);
          if (on() && dice.chance(0.2)) deliver(text);
        }
      };
      return (text) => {
        const parsed: ServerFrame | ServerFrame[] = JSON.parse(text);
        for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
          const one = JSON.stringify(frame);
          if (!on() || FIRST.has(frame.type)) {
            release();
            deliver(one);
            continue;
          }
          held.push(one);
          if (dice.chance(0.3)) release();
          else if (held.length === 1) clock.after(dice.next() * HELD_MS, release);
        }
      };
    },
    outgoing: (text) => on() && dice.chance(0.1) ? [text, text] : [text],
  };
}
