/**
 * The server's end of sockets, in process, for tests of the client: sockets that a test holds in its
 * hand, and a server that keeps one person's conversations by the rules of the protocol (gapless seq,
 * one message per clientId, resume by position).
 */
import { closeCode } from "../shared/limits.ts";
import type { Message } from "../shared/message_schema.ts";
import type { ClientFrame, ConversationRow, ServerFrame } from "../shared/protocol.ts";
import type { Person } from "../shared/user_schema.ts";

/** What the client's end is told. */
interface Events {
  message(data: unknown): void;
  close(code: number): void;
}

/** One connection, seen from the server. */
export class FakeSocket {
  /** What the client has sent, frame by frame, and in how many messages. */
  readonly received: ClientFrame[] = [];
  texts = 0;
  /** The code with which the client closed it; null: it did not. */
  closedByClient: number | null = null;
  /** Called for each frame of the client. */
  onframe: (frame: ClientFrame) => void = () => {};
  readonly protocols: readonly string[];
  #events: Events | null;

  constructor(protocols: readonly string[], events: Events) {
    this.protocols = protocols;
    this.#events = events;
  }
  get open(): boolean {
    return this.#events !== null;
  }
  /** For the client. */
  send(text: string): void {
    if (!this.open) return;
    this.texts++;
    const value = JSON.parse(text);
    for (const frame of (Array.isArray(value) ? value : [value]) as ClientFrame[]) {
      this.received.push(frame);
      this.onframe(frame);
    }
  }
  /** For the client. */
  close(code = 1000): void {
    this.closedByClient = code;
    this.#events = null;
  }
  /** From the server: one socket message with these frames. */
  deliver(...frames: ServerFrame[]): void {
    if (frames.length > 0) this.#events?.message(JSON.stringify(frames));
  }
  deliverText(text: unknown): void {
    this.#events?.message(text);
  }
  /** From the server or the network: 1006 is a cut. */
  drop(code = 1006): void {
    const events = this.#events;
    this.#events = null;
    events?.close(code);
  }
  /** Frames of one type that the client has sent. */
  framesOf<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.received.filter((f): f is Extract<ClientFrame, { type: T }> => f.type === type);
  }
}

/** Where the client's sockets arrive. */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];
  /** False: a connection can't be made. */
  up = true;
  onsocket: (socket: FakeSocket) => void = () => {};

  /** For the client. */
  open(protocols: string[], events: Events): FakeSocket {
    const socket = new FakeSocket(protocols, events);
    this.sockets.push(socket);
    queueMicrotask(() => this.up ? this.onsocket(socket) : socket.drop());
    return socket;
  }
  /** The newest. */
  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("Cannot give a socket: the client has opened none");
    return last;
  }
}

interface Stored {
  id: string;
  partner: Person;
  messages: Message[];
  readSeq: number;
  partnerReadSeq: number;
  rev: number;
  /** The change that moved the mark last. */
  readRev: number;
  partnerReadRev: number;
}

/** A server with the direct conversations of `me`. */
export class FakeServer {
  readonly network = new FakeNetwork();
  /** Answers `send` with this, while set. */
  refusal: Extract<ServerFrame, { type: "error" }>["code"] | null = null;
  /** False: takes and stores, but answers nothing (the answer was lost). */
  answers = true;
  epoch = "e1";
  #now: () => number;
  readonly me: Person;
  readonly #conversations = new Map<string, Stored>();
  #connections = 0;

  constructor(me: Person, now: () => number) {
    this.me = me;
    this.#now = now;
    this.network.onsocket = (socket) => this.#accept(socket);
  }

  conversation(partner: Person): Stored {
    const id = `d_${partner.id}`;
    const known = this.#conversations.get(id) ??
      {
        id,
        partner,
        messages: [],
        readSeq: 0,
        partnerReadSeq: 0,
        rev: 0,
        readRev: 0,
        partnerReadRev: 0,
      };
    this.#conversations.set(id, known);
    return known;
  }
  row(partner: Person): ConversationRow {
    return rowOf(this.conversation(partner));
  }
  rows(): ConversationRow[] {
    return [...this.#conversations.values()].map(rowOf).sort((a, b) => b.seq - a.seq);
  }
  /** What REST answers: the newest, or those before, after or around a seq. */
  history(id: string, at: { limit?: number; before?: number; after?: number; around?: number }) {
    const found = this.#conversations.get(id) ?? this.#conversations.get(`d_${id}`);
    if (!found) return null;
    const { limit = 50, before, after, around } = at;
    const all = found.messages;
    const from = before !== undefined
      ? Math.max(0, before - 1 - limit)
      : after !== undefined
      ? after
      : around !== undefined
      ? Math.max(0, around - 1 - Math.floor(limit / 2))
      : Math.max(0, all.length - limit);
    const to = before !== undefined ? before - 1 : Math.min(all.length, from + limit);
    const messages = all.slice(from, to);
    return {
      messages: messages.map((message) => readBy(found, message)),
      before: from > 0 ? from + 1 : null,
      after: to < all.length ? to : null,
    };
  }

  /** Stores a message without telling anybody. */
  store(
    partner: Person,
    by: Person,
    content: string,
    clientId: string = crypto.randomUUID(),
  ): Message {
    const to = this.conversation(partner);
    const known = to.messages.find((m) => m.senderId === by.id && m.clientId === clientId);
    if (known) return known;
    const seq = to.messages.length + 1;
    const message: Message = {
      id: `${to.id}.${seq}`,
      clientId,
      conversationId: to.id,
      seq,
      senderId: by.id,
      receiverId: by.id === this.me.id ? partner.id : this.me.id,
      content,
      createdAt: new Date(this.#now()).toISOString(),
      editedAt: null,
      deletedAt: null,
      replyTo: null,
      reactions: [],
      read: false,
      sender: by,
    };
    to.messages.push(message);
    to.rev++;
    if (by.id === this.me.id) [to.readSeq, to.readRev] = [seq, to.rev];
    else [to.partnerReadSeq, to.partnerReadRev] = [seq, to.rev];
    return message;
  }
  /** Moves a read mark, of another own device or of the partner, without telling anybody. */
  read(partner: Person, by: Person, upTo: number): ServerFrame {
    const to = this.conversation(partner);
    const own = by.id === this.me.id;
    const seq = Math.min(upTo, to.messages.length);
    if (seq > (own ? to.readSeq : to.partnerReadSeq)) {
      to.rev++;
      if (own) [to.readSeq, to.readRev] = [seq, to.rev];
      else [to.partnerReadSeq, to.partnerReadRev] = [seq, to.rev];
    }
    return markFrame(to, by.id, own ? to.readSeq : to.partnerReadSeq);
  }
  /** Stores a message and delivers it to the newest socket. */
  say(partner: Person, by: Person, content: string, clientId?: string): Message {
    const message = this.store(partner, by, content, clientId);
    this.tell(this.messageFrame(partner, message));
    return message;
  }
  /** As when a backup is put back: what came after the first `head` messages was never there. */
  restore(partner: Person, head: number): void {
    const to = this.conversation(partner);
    to.messages.length = to.rev = head;
    to.readSeq = Math.min(to.readSeq, head);
    to.partnerReadSeq = Math.min(to.partnerReadSeq, head);
  }
  /** As when that backup is from before the conversation. */
  forget(partner: Person): void {
    this.#conversations.delete(`d_${partner.id}`);
  }
  messageFrame(partner: Person, message: Message): ServerFrame {
    return { type: "message", message, rev: this.conversation(partner).rev };
  }
  tell(...frames: ServerFrame[]): void {
    this.network.socket.deliver(...frames);
  }

  #accept(socket: FakeSocket): void {
    socket.onframe = (frame) => this.#answer(socket, frame);
    socket.deliver({
      type: "connected",
      userId: this.me.id,
      connectionId: `c${++this.#connections}`,
      heartbeatSeconds: 15,
      serverTime: new Date(this.#now()).toISOString(),
      epoch: this.epoch,
    });
  }

  #answer(socket: FakeSocket, frame: ClientFrame): void {
    switch (frame.type) {
      case "ping":
        if (!this.answers) return;
        return socket.deliver({ type: "pong", serverTime: new Date(this.#now()).toISOString() });
      case "send": {
        const { clientId, receiverId, content } = frame;
        if (this.refusal) {
          const { refusal: code } = this;
          return socket.deliver({ type: "error", clientId, code, message: code });
        }
        const to = [...this.#conversations.values()].find(({ partner }) =>
          partner.id === receiverId
        );
        if (!to) return socket.drop(closeCode.protocol);
        const message = this.store(to.partner, this.me, content, clientId);
        if (this.answers) socket.deliver({ type: "ack", clientId, message });
        return;
      }
      case "read": {
        const to = this.#conversations.get(frame.conversationId);
        if (!to) return;
        const mark = this.read(to.partner, this.me, frame.upTo);
        if (this.answers) socket.deliver(mark);
        return;
      }
      case "history": {
        const page = this.history(frame.conversationId, {
          after: frame.after,
          limit: frame.upTo - frame.after,
        });
        const { conversationId } = frame;
        return socket.deliver({ type: "history", conversationId, messages: page?.messages ?? [] });
      }
      case "resume":
        return this.#resume(socket, frame.conversations);
    }
  }

  #resume(socket: FakeSocket, known: Record<string, { seq: number; rev: number }>): void {
    const frames: ServerFrame[] = [];
    const changed: ConversationRow[] = [];
    const reset: string[] = [];
    for (const id of Object.keys(known)) {
      if (!this.#conversations.has(id)) {
        frames.push({ type: "conversation.removed", conversationId: id });
      }
    }
    for (const conversation of this.#conversations.values()) {
      const position = known[conversation.id];
      if (position?.rev === conversation.rev && position.seq === conversation.messages.length) {
        continue;
      }
      changed.push(rowOf(conversation));
      if (
        position && (position.rev > conversation.rev || position.seq > conversation.messages.length)
      ) {
        reset.push(conversation.id);
        continue;
      }
      for (const message of conversation.messages.slice(position?.seq ?? 0)) {
        frames.push({ type: "message", message: readBy(conversation, message), rev: message.seq });
      }
      const { readSeq, readRev, partnerReadSeq, partnerReadRev, partner } = conversation;
      const since = position?.rev ?? 0;
      if (readRev > since) frames.push(markFrame(conversation, this.me.id, readSeq));
      if (partnerReadRev > since) frames.push(markFrame(conversation, partner.id, partnerReadSeq));
    }
    socket.deliver(...frames, { type: "resumed", conversations: changed, reset });
  }
}

function markFrame({ id }: Stored, userId: string, upTo: number): ServerFrame {
  return { type: "read", conversationId: id, userId, upTo };
}

function readBy({ partnerReadSeq }: Stored, message: Message): Message {
  return message.seq <= partnerReadSeq ? { ...message, read: true } : message;
}

function rowOf(stored: Stored): ConversationRow {
  const { id, partner, messages, readSeq, rev } = stored;
  const last = messages.at(-1);
  return {
    id,
    kind: "direct",
    partner,
    lastMessage: last ? readBy(stored, last) : null,
    unreadCount: messages.length - readSeq,
    seq: messages.length,
    readSeq,
    muted: false,
    rev,
  };
}
