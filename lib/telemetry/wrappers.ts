/** Services with their calls counted, so that the domains need not know of it. */
import type { ChatService } from "../chat/types.ts";
import type { RateLimiter } from "../identity/types.ts";
import { AppError } from "../shared/errors.ts";
import type { Figures } from "./figures.ts";
import type { Tracer } from "./types.ts";

/** Who sends: each gets a service of its own, and they count together. */
export type SendWay = "socket" | "request";

/** Makes chat services whose sends are counted: `created`, `duplicate`, `refused`, `failed`. */
export function sendCounter(figures: Figures, tracer: Tracer | null) {
  const sends = figures.tally("sends_total", "Messages sent, by what became of them and by way", [
    "result",
    "way",
  ]);
  return (chat: ChatService, way: SendWay): ChatService => {
    const labels = {
      created: `created|${way}`,
      duplicate: `duplicate|${way}`,
      refused: `refused|${way}`,
      failed: `failed|${way}`,
    };
    const send: ChatService["send"] = (senderId, input) => {
      const sent = tracer
        ? tracer.run(
          "chat.send",
          { root: way === "socket", attributes: { "skilllink.way": way } },
          () => chat.send(senderId, input),
        )
        : chat.send(senderId, input);
      // Beside the answer, which does not wait for it.
      sent.then(
        ({ created }) => sends.add(created ? labels.created : labels.duplicate),
        (error) => sends.add(isRefusal(error) ? labels.refused : labels.failed),
      );
      return sent;
    };
    return { ...chat, send };
  };
}

/** The caller's doing, not ours. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.status < 500;
}

/** A limiter that counts what it refuses, by the limit's name. */
export function countRefusals(figures: Figures, limits: RateLimiter): RateLimiter {
  const refusals = figures.tally("rate_limited_total", "Calls refused by a rate limit", ["limit"]);
  return {
    ...limits,
    take(name, subject, count) {
      try {
        limits.take(name, subject, count);
      } catch (error) {
        refusals.add(name);
        throw error;
      }
    },
  };
}
