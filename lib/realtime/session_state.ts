/** What a session is doing, as a union, and what of the frames that it held back is still news. */
import type { Timer } from "../shared/clock.ts";
import type { Position, ServerFrame } from "../shared/protocol.ts";

/** A live frame that waits for the end of a resume. */
export interface Held {
  frame: ServerFrame;
  json: string;
}

/** What is held back until then. */
export interface Holding {
  held: Held[];
  heldBytes: number;
}

/** What a session is doing. */
export type SessionState =
  /** The handshake is not over; a connection that breaks before its end tells nothing at all. */
  | { kind: "opening"; timer: Timer }
  /**
   * Open, and the client has not said yet whether it resumes. If it does, what was missed must come
   * before what happens now, so live frames wait for that word, a moment at most.
   */
  | ({ kind: "greeted"; timer: Timer } & Holding)
  | { kind: "live" }
  /** What was missed is being read and sent; live frames wait behind it. */
  | ({ kind: "resuming" } & Holding)
  | { kind: "closed" };

/** Tells of a held frame whether what was replayed has it in it, or something newer. */
export function replayedBy(
  frames: readonly ServerFrame[],
  heads: Readonly<Record<string, Position>>,
): (frame: ServerFrame) => boolean {
  const marks = new Map<string, number>();
  for (const frame of frames) {
    if (frame.type === "read") marks.set(`${frame.conversationId} ${frame.userId}`, frame.upTo);
  }
  return (frame) => {
    if (frame.type === "message") {
      const { conversationId, seq } = frame.message;
      return seq <= (heads[conversationId]?.seq ?? -1);
    }
    return frame.type === "read" &&
      frame.upTo <= (marks.get(`${frame.conversationId} ${frame.userId}`) ?? -1);
  };
}
