/** What a conversation shows: stored messages and unsent ones as bubbles, each exactly once. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Message } from "../shared/message_schema.ts";
import type { ChatContext } from "./chat_context.ts";
import type { OutboxEntry } from "./local_store.ts";
import type { Timeline } from "./timeline.ts";
import type { KnownConversation, MessageView, SendState } from "./types.ts";

/** The signals that the bubbles are computed from. */
export interface ViewSources {
  row: ReadonlySignal<KnownConversation>;
  timeline: ReadonlySignal<Timeline | null>;
  unsent: ReadonlySignal<readonly OutboxEntry[]>;
  marks: ReadonlySignal<ReadonlyMap<string, number>>;
}

export interface MessageViews {
  readonly messages: ReadonlySignal<readonly MessageView[]>;
  /** seq of the last own message that is known to be delivered. Reads signals. */
  readonly deliveredSeq: number;
  restoreDelivered(seq: number): void;
}

/** Stored by seq, then unsent by age. A bubble stays the same object until something of it changes. */
export function createMessageViews(
  { me, presence }: Pick<ChatContext, "me" | "presence">,
  { row, timeline, unsent, marks }: ViewSources,
): MessageViews {
  const stored = new WeakMap<Message, MessageView>();
  const waiting = new WeakMap<OutboxEntry, MessageView>();

  const readUpTo = computed(() => {
    const { partner, room } = row.value;
    if (partner) return marks.value.get(partner.id) ?? 0;
    // Of a room it can be told only when the mark of each of the others is known.
    const others = [...marks.value].filter(([userId]) => userId !== me.id);
    const complete = others.length > 0 && others.length >= (room?.memberCount ?? Infinity) - 1;
    return complete ? Math.min(...others.map(([, upTo]) => upTo)) : 0;
  });

  /** As an earlier page knew it, and as it was seen here. */
  const restored = signal(0);
  let delivered = 0;

  /** Of a stored own message. */
  function stateOf(message: Message): SendState {
    if (message.read || message.seq <= readUpTo.value) return "read";
    const { partner } = row.value;
    if (!partner) return "sent";
    // Each connected device has been given everything that is stored (R4, R5). What was delivered
    // once stays so: the server forgets who was there when it restarts.
    const { online, lastSeenAt } = presence.of(partner.id).value;
    if (online || (lastSeenAt ?? "") > message.createdAt) {
      delivered = Math.max(delivered, message.seq);
    }
    return message.seq <= Math.max(delivered, restored.value) ? "delivered" : "sent";
  }

  function viewOf(message: Message): MessageView {
    const own = message.senderId === me.id;
    const state = own ? stateOf(message) : null;
    const known = stored.get(message);
    if (known && known.state === state) return known;
    const key = `${message.senderId}/${message.clientId}`;
    const view: MessageView = { key, message, own, state, failure: null };
    stored.set(message, view);
    return view;
  }

  function waitingView(entry: OutboxEntry): MessageView {
    const known = waiting.get(entry);
    if (known) return known;
    const { clientId, content, createdAt, failed, replyTo } = entry;
    const { id: senderId, name, avatar } = me;
    const message: Message = {
      id: "",
      clientId,
      conversationId: row.value.id,
      seq: 0,
      senderId,
      receiverId: row.value.partner?.id,
      content,
      createdAt,
      editedAt: null,
      deletedAt: null,
      replyTo,
      reactions: [],
      read: false,
      sender: { id: senderId, name, avatar },
    };
    const view: MessageView = {
      key: `${senderId}/${clientId}`,
      message,
      own: true,
      state: failed ? "failed" : "sending",
      failure: failed,
    };
    waiting.set(entry, view);
    return view;
  }

  const messages = computed(() => {
    const lines = timeline.value;
    // An own message that came ahead of a gap keeps its bubble: it was on the screen before.
    const ahead = lines?.live ? lines.ahead.filter((m) => m.senderId === me.id) : [];
    const views = [...lines?.messages ?? [], ...ahead].map(viewOf);
    if (unsent.value.length === 0) return views;
    const shown = new Set(views.map(({ key }) => key));
    return [...views, ...unsent.value.map(waitingView).filter(({ key }) => !shown.has(key))];
  });
  return {
    messages,
    get deliveredSeq() {
      void messages.value;
      return Math.max(delivered, restored.value);
    },
    restoreDelivered: (seq) => void (restored.value = Math.max(restored.peek(), seq)),
  };
}
