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
/**
 * Of the bell. Their counts are absolute and bear no number, so the last one to come is the one that
 * counts: they keep their order among themselves (and may be overtaken by everything else).
 */
const ORDERED: ReadonlySet<ServerFrame["type"]> = new Set([
  "notification",
  "notification.changed",
]);
const HELD_MS = 30;

/**
 * Of each frame: may come again, at once or later; may be overtaken by those behind it. None is
 * lost, which TCP does not do either; `on()` is asked for each.
 */
export function shuffledFrames(dice: Dice, on: () => boolean): FrameFaults {
  return {
    incoming(clock, deliver) {
      let held: ServerFrame[] = [];
      const release = () => {
        const bell = held.filter(({ type }) => ORDERED.has(type));
        // Some of the others come again, and all in another order.
        const others = held.filter(({ type }) => !ORDERED.has(type))
          .flatMap((frame) => on() && dice.chance(0.2) ? [frame, frame] : [frame]);
        held = [];
        while (bell.length + others.length > 0) {
          const place = dice.below(bell.length + others.length);
          const frame = place < bell.length
            ? bell.shift()
            : others.splice(place - bell.length, 1)[0];
          const text = JSON.stringify(frame);
          deliver(text);
          if (on() && dice.chance(0.1)) deliver(text);
        }
      };
      return (text) => {
        const parsed: ServerFrame | ServerFrame[] = JSON.parse(text);
        for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
          if (!on() || FIRST.has(frame.type)) {
            release();
            deliver(JSON.stringify(frame));
            continue;
          }
          held.push(frame);
          if (dice.chance(0.3)) release();
          else if (held.length === 1) clock.after(dice.next() * HELD_MS, release);
        }
      };
    },
    outgoing: (text) => on() && dice.chance(0.1) ? [text, text] : [text],
  };
}
