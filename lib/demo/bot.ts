/** The demo's bot: types for a moment, then answers what it knows. */
import type { ChatService } from "../chat/types.ts";
import type { Clock, Timer } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { Message } from "../shared/message_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { BOT_FALLBACK, botAnswers } from "./script.ts";

/** It looks at the message, then types: long enough to be seen, short enough to be waited for. */
const READS_MS = 500;
const TYPES_MS = 1600;
/** Answers that may be under way; what is asked past it stays unanswered. */
const PENDING_MAX = 100;

/** What {@link createBot} needs. */
export interface BotOptions {
  botId: string;
  chat: Pick<ChatService, "send" | "markRead">;
  /** Sends a frame to the sockets of these people. */
  tell(userIds: string[], frame: ServerFrame): void;
  clock: Clock;
  log: Logger;
}

/** Hears every new message; answers those that are for the bot. */
export interface Bot {
  hear(message: Message): void;
  close(): void;
}

/** The answer to a text: that of the first entry of which a word stands in it. */
export function answerTo(text: string): string {
  const said = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  const known = botAnswers.find(({ words }) => words.some((word) => said.includes(` ${word} `)));
  return known?.answer ?? BOT_FALLBACK;
}

/** The bot of one process. */
export function createBot({ botId, chat, tell, clock, log }: BotOptions): Bot {
  const timers = new Set<Timer>();

  function later(ms: number, run: () => Promise<void> | void): void {
    const timer = clock.after(ms, () => {
      timers.delete(timer);
      Promise.resolve(run()).catch((error) => log.warn("The bot failed", errorFields(error)));
    });
    timers.add(timer);
  }

  return {
    hear(message) {
      if (message.receiverId !== botId || timers.size >= PENDING_MAX) return;
      const { conversationId, senderId } = message;
      const typing = (on: boolean) =>
        tell([senderId], { type: "typing", conversationId, userId: botId, on });
      later(READS_MS, async () => {
        await chat.markRead(botId, conversationId, message.seq);
        typing(true);
        later(TYPES_MS, async () => {
          typing(false);
          // The clientId makes it one answer, whichever server gives it (R3).
          const clientId = `answer-${message.seq}-${conversationId}`.slice(0, 128);
          await chat.send(botId, { conversationId, content: answerTo(message.content), clientId });
        });
      });
    },
    close() {
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}
