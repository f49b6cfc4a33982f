/** What is done for each frame of a client. */
import { AppError } from "../shared/errors.ts";
import { HISTORY_PAGE_MAX } from "../shared/limits.ts";
import type { ClientFrame } from "../shared/protocol.ts";
import type { Session, SessionHost } from "./session.ts";

type Frame<T extends ClientFrame["type"]> = Extract<ClientFrame, { type: T }>;

/** Bytes of messages in one `history` frame; the client asks for the rest. */
const HISTORY_MAX_BYTES = 512 * 1024;

/** Does what the frame asks for; null when that is done already. Rejections become error frames. */
export function answerFrame(
  host: SessionHost,
  session: Session,
  frame: ClientFrame,
): Promise<void> | null {
  switch (frame.type) {
    case "send":
      return send(host, session, frame);
    case "read":
      return read(host, session, frame);
    case "typing":
      return host.typing(session, frame.conversationId, frame.on);
    case "history":
      return session.inTurn(() => history(host, session, frame));
    case "resume":
      return resume(host, session, frame);
    case "refresh":
      return refresh(host, session, frame);
    case "visibility":
      session.visible = frame.visible;
      host.seen(session);
      return null;
    case "ping":
      session.answer({
        type: "pong",
        serverTime: new Date(host.options.clock.now()).toISOString(),
      });
      return null;
  }
}

async function send(host: SessionHost, session: Session, frame: Frame<"send">): Promise<void> {
  const { type: _, ...input } = frame;
  const { json } = await host.options.chat.send(session.userId, input);
  session.answerJson(
    `{"type":"ack","clientId":${JSON.stringify(frame.clientId)},"message":${json}}`,
  );
}

async function read(host: SessionHost, session: Session, frame: Frame<"read">): Promise<void> {
  const { conversationId, upTo } = frame;
  const { readSeq, unreadCount, moved } = await host.options.chat.markRead(
    session.userId,
    conversationId,
    upTo,
  );
  // A mark that moved is told to everybody concerned; one that stood there already, to who asked.
  if (moved) return;
  const { userId } = session;
  session.answer({ type: "read", conversationId, userId, upTo: readSeq, unreadCount });
}

async function history(
  host: SessionHost,
  session: Session,
  frame: Frame<"history">,
): Promise<void> {
  const { conversationId, after, upTo } = frame;
  await host.options.caughtUp?.();
  const limit = Math.min(HISTORY_PAGE_MAX, Math.max(1, upTo - after));
  const { messages } = await host.options.chat.history(session.userId, conversationId, {
    limit,
    after,
  });
  let json = "";
  for (const message of messages) {
    if (message.seq > upTo || json.length > HISTORY_MAX_BYTES) break;
    json += (json === "" ? "" : ",") + JSON.stringify(message);
  }
  host.options.meter?.filled(messages.length);
  const id = JSON.stringify(conversationId);
  session.answerJson(`{"type":"history","conversationId":${id},"messages":[${json}]}`);
}

async function resume(host: SessionHost, session: Session, frame: Frame<"resume">): Promise<void> {
  const { chat, missedNotifications } = host.options;
  await session.resume(async () => {
    // The client may come from another server, and know what has not been heard of here yet.
    await host.options.caughtUp?.();
    const [missed, notifications] = await Promise.all([
      chat.missed(session.userId, frame.conversations),
      missedNotifications(session.userId, frame.notifications),
    ]);
    const { conversations, reset, heads } = missed;
    host.options.meter?.resumed({
      frames: missed.frames.length + notifications.length,
      reset: reset.length,
    });
    return {
      frames: [...missed.frames, ...notifications, { type: "resumed", conversations, reset }],
      heads,
    };
  });
}

async function refresh(
  host: SessionHost,
  session: Session,
  frame: Frame<"refresh">,
): Promise<void> {
  const principal = await host.options.authenticate(frame.token);
  if (principal.kind !== "user" || principal.userId !== session.userId) {
    throw new AppError("forbidden", "Cannot refresh: the token is somebody else's");
  }
  session.renew(principal);
}
