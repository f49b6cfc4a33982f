/** One conversation: its row, the messages in memory, what is unsent, and what one types. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { MESSAGE_MAX_CHARS } from "../shared/limits.ts";
import type { Message } from "../shared/message_schema.ts";
import type { Position, ServerFrame } from "../shared/protocol.ts";
import { ApiFailure } from "./api.ts";
import { newId } from "./browser.ts";
import type { ChatContext } from "./chat_context.ts";
import { mergeRow, withMessage, withReadMark } from "./conversation_row.ts";
import { createDraftKeeper } from "./draft_keeper.ts";
import type { OutboxEntry } from "./local_store.ts";
import { createMessageViews, type MessageViews } from "./message_views.ts";
import { createReadMarker } from "./read_marker.ts";
import { Thread } from "./thread.ts";
import { react } from "./timeline.ts";
import { createTypingNotice, createTypists } from "./typing.ts";
import type {
  ConversationModel,
  History,
  KnownConversation,
  MessageView,
  Preview,
  ScrollMemory,
  SendResult,
} from "./types.ts";

export class Conversation implements ConversationModel {
  readonly key: string;
  readonly row: ReadonlySignal<KnownConversation>;
  readonly unreadCount = computed(() => this.#row.value.unreadCount);
  readonly preview: ReadonlySignal<Preview>;
  readonly lastAt: ReadonlySignal<string | null>;
  readonly typing: ReadonlySignal<readonly string[]>;
  readonly membership: ReadonlySignal<number>;
  readonly status;
  readonly messages: ReadonlySignal<readonly MessageView[]>;
  readonly hasOlder = computed(() => this.#thread.timeline.value?.hasOlder ?? false);
  readonly hasNewer = computed(() => this.#thread.timeline.value?.live === false);
  readonly loading;
  readonly dividerSeq: ReadonlySignal<number | null>;
  readonly target;
  readonly draft;
  readonly replyTo = signal<Message | null>(null);
  scroll: ScrollMemory | null = null;

  readonly #context: ChatContext;
  readonly #row;
  readonly #thread: Thread;
  readonly #views: MessageViews;
  readonly #reader;
  readonly #divider = signal<number | null>(null);
  readonly #open = signal(false);
  /** How far each of the others has read, as far as it is known. */
  readonly #marks = signal<ReadonlyMap<string, number>>(new Map());
  readonly #membership = signal(0);
  readonly #unsent: ReadonlySignal<readonly OutboxEntry[]>;
  readonly #typists;
  readonly #notice;
  readonly #drafts;
  /** Changes that came live while a resume was under way: they count once it is through. */
  #liveRev = 0;

  constructor(context: ChatContext, row: KnownConversation) {
    const { browser: { clock }, outbox, send } = context;
    this.#context = context;
    this.key = row.partner?.id ?? row.id;
    this.row = this.#row = signal(row);
    this.#thread = new Thread(context, {
      id: () => this.id,
      exists: () => this.exists,
      head: () => this.#row.peek().seq,
      open: () => this.#open.peek(),
      kept: () => context.kept(this.storeKey),
      learn: (messages) => this.#take(messages),
    });
    this.status = this.#thread.status;
    this.loading = this.#thread.loading;
    this.target = this.#thread.target;
    this.dividerSeq = this.#divider;
    this.membership = this.#membership;
    this.#reader = createReadMarker(
      clock,
      () => this.#row.peek().readSeq,
      (upTo) => send({ type: "read", conversationId: this.id, upTo }),
    );
    this.#typists = createTypists(clock);
    this.typing = this.#typists.userIds;
    this.#notice = createTypingNotice(clock, (on) => {
      if (this.exists) send({ type: "typing", conversationId: this.id, on });
    });
    this.#drafts = createDraftKeeper(clock, {
      typed: (text) => text ? this.#notice.typed() : this.#notice.stopped(),
      save: (text) => void context.store.putDraft(this.storeKey, text, clock.now()),
    });
    this.draft = this.#drafts.text;
    this.#unsent = computed(() => {
      const key = this.storeKey;
      return outbox.entries.value.filter((entry) => entry.key === key);
    });
    this.#views = createMessageViews(context, {
      row: this.#row,
      timeline: this.#thread.timeline,
      unsent: this.#unsent,
      marks: this.#marks,
    });
    this.messages = this.#views.messages;
    this.lastAt = computed(() => {
      const { lastMessage, room } = this.#row.value;
      const unsent = this.#unsent.value.at(-1)?.createdAt ?? "";
      // A room that was just made is on top although nobody has written yet.
      const stored = lastMessage?.createdAt ?? room?.createdAt ?? "";
      return (unsent > stored ? unsent : stored) || null;
    });
    this.preview = computed(() => this.#previewNow());
    this.#learn(row.lastMessage ? [row.lastMessage] : []);
  }

  get id(): string {
    return this.#row.peek().id;
  }
  /** False before the first message to somebody. */
  get exists(): boolean {
    const { id, partner, seq } = this.#row.peek();
    return seq > 0 || id !== partner?.id;
  }
  /** Names it in the local store: the same before and after the first message. */
  get storeKey(): string {
    const { id, partner } = this.#row.value;
    return partner?.id ?? id;
  }
  /** Something of this person's own is in it: a draft, or messages that wait. */
  get isUsed(): boolean {
    return this.draft.peek() !== "" || this.#unsent.peek().length > 0;
  }
  /** Where a resume starts: messages after the run, changes after the last one that is known of. */
  get position(): Position {
    const { seq, rev = 0 } = this.#row.peek();
    return { seq: this.#thread.end ?? seq, rev };
  }

  // --- what the server says ---------------------------------------------------------------------

  /** A page from the server's own rendering, or what this browser has kept of one. */
  setPage(page: History, isKept: boolean): void {
    this.#thread.setPage(page, isKept);
  }
  get size(): number {
    return this.#thread.size;
  }
  /** See {@link Thread.release}. */
  release(): void {
    this.#thread.release();
  }
  /** See {@link Thread.newest}. Reads signals. */
  newest(max: number): History | null {
    return this.#thread.newest(max);
  }
  /** seq of the last own message that is known to be delivered. Reads signals. */
  get deliveredSeq(): number {
    return this.#views.deliveredSeq;
  }
  /** It was known to an earlier page: what was delivered once stays so. */
  restoreDelivered(seq: number): void {
    this.#views.restoreDelivered(seq);
  }

  /** Of a resume or a list. `reset`: what is in memory doesn't meet the head any more. */
  mergeRow(row: KnownConversation, reset: boolean): void {
    const before = this.#row.peek();
    this.#setRow(mergeRow(before, row));
    if (before.room?.memberCount !== row.room?.memberCount) this.#membership.value++;
    if (row.lastMessage) this.#learn([row.lastMessage]);
    this.#thread.raiseHead(row.seq);
    if (reset) this.#thread.stale();
  }

  /** A stored message, live or replayed. */
  take(message: Message, rev: number | null): void {
    const { me, browser } = this.#context;
    const own = message.senderId === me.id;
    const before = this.#row.peek();
    this.#take([message]);
    if (!own) this.#typists.set(message.senderId, false);
    this.#raise(rev);
    this.#thread.insert([message]);
    if (message.seq > before.seq && !own && this.#open.peek() && !browser.visible()) {
      this.#divider.value ??= message.seq;
    }
  }

  apply(frame: ServerFrame): void {
    switch (frame.type) {
      case "history":
        return this.#thread.fillWith(frame.messages);
      case "read":
        if (frame.userId !== this.#context.me.id) return this.#mark(frame.userId, frame.upTo);
        this.#reader.confirmed(frame.upTo);
        return this.#setRow(withReadMark(this.#row.peek(), frame.upTo));
      case "members":
        return this.#members(frame);
      case "conversation.removed":
        return this.#thread.drop(
          new ApiFailure({ code: "not_found", requestId: null }, "no member any more"),
        );
      case "typing":
        return this.#typists.set(frame.userId, frame.on);
      case "message.updated":
        return this.#change(frame.message.seq, frame.rev, (known) => ({
          ...frame.message,
          read: known.read || frame.message.read,
        }));
      case "message.deleted":
        return this.#change(frame.seq, frame.rev, (known) => ({
          ...known,
          content: "",
          reactions: [],
          deletedAt: frame.deletedAt,
        }));
      case "reaction":
        return this.#change(
          frame.seq,
          frame.rev,
          (known) => react(known, frame.emoji, frame.userId, frame.on),
        );
    }
  }

  /** Everything missed is there: fill what is still open, tell what was read meanwhile. */
  online(): void {
    this.#raise(this.#liveRev);
    const { kind } = this.status.peek();
    if (this.#open.peek() && (kind === "idle" || kind === "failed")) this.#thread.load();
    this.#thread.online();
    this.#reader.online();
  }

  /** The socket is gone, and with it what was asked on it. */
  lost(): void {
    this.#liveRev = 0;
    this.#thread.lost();
    this.#reader.lost();
  }

  /** Nothing that is known of it counts any more; a resume tells what there is. */
  restart(): void {
    const nothing = { seq: 0, rev: 0, readSeq: 0, unreadCount: 0, lastMessage: null };
    this.#row.value = { ...this.#row.peek(), ...nothing };
    this.#marks.value = new Map();
    this.#divider.value = null;
    this.#liveRev = 0;
    this.#thread.release();
  }

  #raise(rev: number | null): void {
    if (rev === null) return;
    const row = this.#row.peek();
    if (!this.#context.caughtUp()) this.#liveRev = Math.max(this.#liveRev, rev);
    else if (rev > (row.rev ?? 0)) this.#row.value = { ...row, rev };
  }

  #change(seq: number, rev: number, change: (message: Message) => Message): void {
    this.#raise(rev);
    this.#thread.change(seq, change);
    const row = this.#row.peek();
    if (row.lastMessage?.seq === seq) {
      this.#row.value = { ...row, lastMessage: change(row.lastMessage) };
    }
  }

  #members(frame: Extract<ServerFrame, { type: "members" }>): void {
    const { rev, memberCount, userIds, joined } = frame;
    this.#raise(rev);
    this.#membership.value++;
    const row = this.#row.peek();
    if (row.room) this.#row.value = { ...row, room: { ...row.room, memberCount } };
    // Who joins has everything before that behind them; who left holds no tick back.
    const marks = new Map(this.#marks.peek());
    for (const id of userIds) joined ? marks.set(id, row.seq) : marks.delete(id);
    this.#marks.value = marks;
  }

  #mark(userId: string, upTo: number): void {
    const marks = this.#marks.peek();
    if (upTo > (marks.get(userId) ?? 0)) this.#marks.value = new Map(marks).set(userId, upTo);
  }

  /** People, and how far they have read: sending is reading; a direct message is read by one. */
  #learn(messages: readonly Message[]): void {
    const { me, meet } = this.#context;
    const partner = this.#row.peek().partner?.id;
    batch(() => {
      for (const message of messages) {
        meet(message.sender);
        if (message.senderId !== me.id) this.#mark(message.senderId, message.seq);
        else if (message.read && partner) this.#mark(partner, message.seq);
      }
    });
  }

  /** They go into the run: the row follows, and own ones among them are no longer unsent. */
  #take(messages: readonly Message[]): void {
    const { me, outbox } = this.#context;
    this.#learn(messages);
    for (const { senderId, clientId } of messages) {
      if (senderId === me.id) outbox.settle(clientId);
    }
    const last = messages.at(-1);
    if (last) this.#setRow(withMessage(this.#row.peek(), last, me.id));
  }

  /** R7: once all is read, its OS notification goes as well. */
  #setRow(row: KnownConversation): void {
    const before = this.#row.peek();
    if (row === before) return;
    this.#row.value = row;
    if (before.unreadCount > 0 && row.unreadCount === 0) {
      this.#context.browser.closeShown((_, id) => id === row.id);
    }
  }

  // --- what the person does ---------------------------------------------------------------------

  /** It is shown now: the "New" line is drawn where unread begins. */
  enter(): void {
    const { seq, readSeq } = this.#row.peek();
    batch(() => {
      this.#open.value = true;
      this.#divider.value = seq > readSeq ? readSeq + 1 : null;
    });
  }

  leave(): void {
    this.#notice.stopped();
    batch(() => {
      this.#open.value = false;
      this.#divider.value = null;
      this.target.value = null;
    });
  }

  markRead(upTo = this.#row.peek().seq): void {
    const row = this.#row.peek();
    const next = withReadMark(row, upTo);
    if (next === row) return;
    this.#setRow(next);
    this.#reader.moved();
  }

  /** A draft from the local store; what was typed meanwhile wins. */
  restoreDraft(text: string): void {
    this.#drafts.restore(text);
  }

  /** Writes the draft now instead of in a moment. */
  saveDraft(): void {
    this.#drafts.saveNow();
  }

  send(text = this.draft.peek()): SendResult {
    const content = text.trim();
    if (!content || content.length > MESSAGE_MAX_CHARS) return "invalid";
    const { partner, id } = this.#row.peek();
    const added = this.#context.outbox.add({
      clientId: newId(this.#context.browser.clock.now()),
      key: this.storeKey,
      target: partner ? { receiverId: partner.id } : { conversationId: id },
      content,
      replyTo: this.replyTo.peek()?.id ?? null,
    });
    if (!added) return "full";
    batch(() => {
      this.#notice.sent();
      this.draft.value = "";
      this.replyTo.value = null;
    });
    this.saveDraft();
    this.jumpToEnd();
    return "ok";
  }

  retry(key: string): void {
    const entry = this.#unsentOf(key);
    if (entry) this.#context.outbox.retry(entry.clientId);
  }

  discard(key: string): void {
    const entry = this.#unsentOf(key);
    if (entry) this.#context.outbox.discard(entry.clientId);
  }

  #unsentOf(key: string): OutboxEntry | undefined {
    return this.#unsent.peek().find((entry) => key === `${this.#context.me.id}/${entry.clientId}`);
  }

  /** The newest page, where it is not there yet. */
  ensureLoaded(): void {
    if (this.status.peek().kind !== "ready") this.#thread.load();
  }
  /** See {@link Thread.fail}. */
  fail(error: unknown): void {
    this.#thread.fail(error);
  }
  loadOlder(): void {
    this.#thread.loadOlder();
  }
  loadNewer(): void {
    this.#thread.loadNewer();
  }
  jump(seq: number): void {
    this.#thread.jump(seq);
  }
  jumpToEnd(): void {
    this.#thread.jumpToEnd();
  }

  #previewNow(): Preview {
    const unsent = this.#unsent.value;
    const typing = this.typing.value;
    const draft = this.draft.value.trim();
    const { lastMessage } = this.#row.value;
    const waiting = unsent.at(-1);
    if (unsent.some(({ failed }) => failed)) return { kind: "failed" };
    if (typing.length > 0) return { kind: "typing", userIds: [...typing] };
    if (draft && !this.#open.value) return { kind: "draft", text: draft };
    if (waiting) return { kind: "sending", text: waiting.content };
    return lastMessage ? { kind: "message", message: lastMessage } : { kind: "empty" };
  }
}
