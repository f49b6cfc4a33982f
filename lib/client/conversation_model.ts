/** One conversation: its row, the messages in memory, what is unsent, and what one types. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Timer } from "../shared/clock.ts";
import { MESSAGE_MAX_CHARS } from "../shared/limits.ts";
import type { Message } from "../shared/message_schema.ts";
import type { Position, ServerFrame } from "../shared/protocol.ts";
import { ApiFailure, failureOf } from "./api.ts";
import { newId } from "./browser.ts";
import type { ChatContext } from "./chat_context.ts";
import { mergeRow, withMessage, withReadMark } from "./conversation_row.ts";
import type { OutboxEntry } from "./local_store.ts";
import * as lines from "./timeline.ts";
import { createTypingNotice, createTypists } from "./typing.ts";
import type {
  ConversationModel,
  History,
  KnownConversation,
  LoadState,
  MessageView,
  Preview,
  ScrollMemory,
  SendResult,
} from "./types.ts";
import { createMessageViews } from "./message_views.ts";

/** A gap is asked for again after this, three times; then the newest page is loaded instead. */
const GAP_WAIT_MS = 5000;
const GAP_TRIES = 3;
/** A larger gap is not filled: the newest page is loaded instead. */
const GAP_MAX = 600;
/** Read marks are sent at most this often, the first at once. */
const READ_EVERY_MS = 500;
const DRAFT_WAIT_MS = 300;
/** Of a read mark: it has to be sent once there is a connection. */
const UNSENT = -1;

export class Conversation implements ConversationModel {
  readonly key: string;
  readonly row: ReadonlySignal<KnownConversation>;
  readonly unreadCount = computed(() => this.#row.value.unreadCount);
  readonly preview: ReadonlySignal<Preview>;
  readonly lastAt: ReadonlySignal<string | null>;
  readonly typing: ReadonlySignal<readonly string[]>;
  readonly status: ReadonlySignal<LoadState>;
  readonly messages: ReadonlySignal<readonly MessageView[]>;
  readonly hasOlder = computed(() => this.#timeline.value?.hasOlder ?? false);
  readonly hasNewer = computed(() => this.#timeline.value?.live === false);
  readonly loading: ReadonlySignal<"none" | "older" | "newer" | "jump">;
  readonly dividerSeq: ReadonlySignal<number | null>;
  readonly target = signal<number | null>(null);
  readonly draft = signal("");
  readonly replyTo = signal<Message | null>(null);
  scroll: ScrollMemory | null = null;

  readonly #context: ChatContext;
  readonly #row;
  readonly #status = signal<LoadState>({ kind: "idle" });
  readonly #timeline = signal<lines.Timeline | null>(null);
  readonly #loading = signal<"none" | "older" | "newer" | "jump">("none");
  readonly #divider = signal<number | null>(null);
  readonly #open = signal(false);
  /** How far each of the others has read, as far as it is known. */
  readonly #marks = signal<ReadonlyMap<string, number>>(new Map());
  readonly #unsent: ReadonlySignal<readonly OutboxEntry[]>;
  readonly #typists;
  readonly #notice;
  #restoring = false;
  #draftTimer: Timer | null = null;
  #gapTimer: Timer | null = null;
  #gapTries = 0;
  #readTimer: Timer | null = null;
  /** The mark that was sent and not confirmed yet; 0: none. */
  #readSent = 0;
  /** Number of the newest load: the answers of older ones are dropped. */
  #load = 0;
  /** Changes that came live while a resume was under way: they count once it is through. */
  #liveRev = 0;

  constructor(context: ChatContext, row: KnownConversation) {
    const { browser: { clock }, outbox } = context;
    this.#context = context;
    this.key = row.partner?.id ?? row.id;
    this.row = this.#row = signal(row);
    this.status = this.#status;
    this.loading = this.#loading;
    this.dividerSeq = this.#divider;
    this.#typists = createTypists(clock);
    this.typing = this.#typists.userIds;
    this.#notice = createTypingNotice(clock, (on) => {
      if (this.exists) context.send({ type: "typing", conversationId: this.id, on });
    });
    this.#unsent = computed(() => {
      const key = this.storeKey;
      return outbox.entries.value.filter((entry) => entry.key === key);
    });
    this.messages = createMessageViews(context, {
      row: this.#row,
      timeline: this.#timeline,
      unsent: this.#unsent,
      marks: this.#marks,
    });
    this.lastAt = computed(() => {
      const unsent = this.#unsent.value.at(-1)?.createdAt ?? "";
      const stored = this.#row.value.lastMessage?.createdAt ?? "";
      return (unsent > stored ? unsent : stored) || null;
    });
    this.preview = computed(() => this.#previewNow());
    this.draft.subscribe((text) => this.#typed(text));
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
  /** Where a resume starts: messages after the run, changes after the last one that is known of. */
  get position(): Position {
    const { seq, rev = 0 } = this.#row.peek();
    const timeline = this.#timeline.peek();
    return { seq: timeline?.live ? lines.endOf(timeline) : seq, rev };
  }

  // --- what the server says ---------------------------------------------------------------------

  /** A page from the server's own rendering. */
  setPage(page: History): void {
    this.#learn(page.messages, true);
    this.#timeline.value = lines.timelineOf(page, this.#row.peek().seq);
    this.#status.value = { kind: "ready" };
  }

  /** Of a resume or a list. `reset`: what is in memory doesn't meet the head any more. */
  mergeRow(row: KnownConversation, reset: boolean): void {
    this.#setRow(mergeRow(this.#row.peek(), row));
    if (row.lastMessage) this.#learn([row.lastMessage]);
    this.#raiseHead(row.seq);
    if (reset) this.#stale();
  }

  /** A stored message, live or replayed. */
  take(message: Message, rev: number | null): void {
    const { me, browser } = this.#context;
    const own = message.senderId === me.id;
    this.#learn([message]);
    if (!own) this.#typists.set(message.senderId, false);
    const before = this.#row.peek();
    this.#setRow(withMessage(before, message, me.id));
    this.#raise(rev);
    this.#insert([message]);
    this.#fill();
    if (message.seq > before.seq && !own && this.#open.peek() && !browser.visible()) {
      this.#divider.value ??= message.seq;
    }
  }

  apply(frame: ServerFrame): void {
    switch (frame.type) {
      case "history":
        this.#gapTimer?.cancel();
        this.#gapTimer = null;
        this.#learn(frame.messages, true);
        if (this.#insert(frame.messages)) this.#gapTries = 0;
        return this.#fill();
      case "read":
        if (frame.userId !== this.#context.me.id) return this.#mark(frame.userId, frame.upTo);
        if (frame.upTo >= this.#readSent) this.#readSent = 0;
        return this.#setRow(withReadMark(this.#row.peek(), frame.upTo));
      case "members": {
        const row = this.#row.peek();
        const { memberCount } = frame;
        this.#raise(frame.rev);
        if (row.room) this.#row.value = { ...this.#row.peek(), room: { ...row.room, memberCount } };
        // Who joins has everything before that behind them; who left holds no tick back.
        const marks = new Map(this.#marks.peek());
        for (const id of frame.userIds) frame.joined ? marks.set(id, row.seq) : marks.delete(id);
        this.#marks.value = marks;
        return;
      }
      case "conversation.removed":
        this.#timeline.value = null;
        return this.fail(new ApiFailure({ code: "not_found", requestId: null }, "no member"));
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
          (known) => lines.react(known, frame.emoji, frame.userId, frame.on),
        );
    }
  }

  /** Everything missed is there: fill what is still open, tell what was read meanwhile. */
  online(): void {
    this.#raise(this.#liveRev);
    const { kind } = this.#status.peek();
    if (this.#open.peek() && (kind === "idle" || kind === "failed")) this.load();
    this.#fill();
    if (this.#readSent === UNSENT) this.#sendRead();
  }

  /** The socket is gone, and with it what was asked on it. */
  lost(): void {
    this.#gapTimer?.cancel();
    this.#gapTimer = null;
    this.#gapTries = 0;
    this.#liveRev = 0;
    if (this.#readSent > 0) this.#readSent = UNSENT;
  }

  #raise(rev: number | null): void {
    if (rev === null) return;
    if (!this.#context.caughtUp()) this.#liveRev = Math.max(this.#liveRev, rev);
    else {
      const row = this.#row.peek();
      if (rev > (row.rev ?? 0)) this.#row.value = { ...row, rev };
    }
  }

  #change(seq: number, rev: number, change: (message: Message) => Message): void {
    this.#raise(rev);
    const timeline = this.#timeline.peek();
    if (timeline) this.#timeline.value = lines.changeMessage(timeline, seq, change);
    const row = this.#row.peek();
    if (row.lastMessage?.seq === seq) {
      this.#row.value = { ...row, lastMessage: change(row.lastMessage) };
    }
  }

  /** True when the run has grown. */
  #insert(messages: readonly Message[]): boolean {
    const timeline = this.#timeline.peek();
    if (!timeline) return false;
    const grown = lines.insert(timeline, messages);
    this.#timeline.value = grown;
    return lines.endOf(grown) > lines.endOf(timeline);
  }

  #raiseHead(seq: number): void {
    const timeline = this.#timeline.peek();
    if (timeline && seq > timeline.head) this.#timeline.value = { ...timeline, head: seq };
  }

  #fill(): void {
    const timeline = this.#timeline.peek();
    const gap = timeline && lines.gapOf(timeline);
    if (!gap) {
      this.#gapTries = 0;
      return;
    }
    if (this.#gapTimer || !this.#context.caughtUp()) return;
    const size = timeline.head - gap.after;
    if (size > GAP_MAX || this.#gapTries >= GAP_TRIES) return this.#stale();
    this.#gapTries++;
    if (!this.#context.send({ type: "history", conversationId: this.id, ...gap })) return;
    this.#gapTimer = this.#context.browser.clock.after(GAP_WAIT_MS, () => {
      this.#gapTimer = null;
      this.#fill();
    });
  }

  /** What is in memory doesn't meet the head any more: the newest page takes its place. */
  #stale(): void {
    this.#gapTries = 0;
    if (!this.#timeline.peek()) return;
    if (this.#open.peek()) this.load();
    else {
      this.#timeline.value = null;
      this.#status.value = { kind: "idle" };
    }
  }

  // --- read marks -------------------------------------------------------------------------------

  #mark(userId: string, upTo: number): void {
    const marks = this.#marks.peek();
    if (upTo > (marks.get(userId) ?? 0)) this.#marks.value = new Map(marks).set(userId, upTo);
  }

  /**
   * People, and how far they have read: sending is reading; a direct message is read by one. `shown`:
   * they go into the run, so own ones among them are no longer unsent.
   */
  #learn(messages: readonly Message[], shown = false): void {
    const { me, meet, outbox } = this.#context;
    const partner = this.#row.peek().partner?.id;
    batch(() => {
      for (const message of messages) {
        meet(message.sender);
        if (message.senderId !== me.id) this.#mark(message.senderId, message.seq);
        else if (message.read && partner) this.#mark(partner, message.seq);
        if (shown && message.senderId === me.id) outbox.settle(message.clientId);
      }
    });
  }

  markRead(upTo = this.#row.peek().seq): void {
    const row = this.#row.peek();
    const next = withReadMark(row, upTo);
    if (next === row) return;
    this.#setRow(next);
    if (!this.#readTimer) this.#sendRead();
  }

  #sendRead(): void {
    const { readSeq: upTo, id } = this.#row.peek();
    const sent = this.#context.send({ type: "read", conversationId: id, upTo });
    this.#readSent = sent ? upTo : UNSENT;
    this.#readTimer = this.#context.browser.clock.after(READ_EVERY_MS, () => {
      this.#readTimer = null;
      if (this.#row.peek().readSeq > upTo) this.#sendRead();
    });
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

  /** A draft from the local store; what was typed meanwhile wins. */
  restoreDraft(text: string): void {
    if (this.draft.peek()) return;
    this.#restoring = true;
    this.draft.value = text;
    this.#restoring = false;
  }

  /** Writes the draft now instead of in a moment. */
  saveDraft(): void {
    if (!this.#draftTimer) return;
    this.#draftTimer.cancel();
    this.#draftTimer = null;
    const { store, browser } = this.#context;
    void store.putDraft(this.storeKey, this.draft.peek(), browser.clock.now());
  }

  /** True once the subscription has told its first value, which nobody typed. */
  #listening = false;
  #typed(text: string): void {
    if (!this.#listening) return void (this.#listening = true);
    if (this.#restoring) return;
    if (text) this.#notice.typed();
    else this.#notice.stopped();
    this.#draftTimer?.cancel();
    this.#draftTimer = this.#context.browser.clock.after(DRAFT_WAIT_MS, () => this.saveDraft());
  }

  send(text = this.draft.peek()): SendResult {
    const content = text.trim();
    if (!content || content.length > MESSAGE_MAX_CHARS) return "invalid";
    const { partner, id } = this.#row.peek();
    const added = this.#context.outbox.add({
      clientId: newId(),
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

  // --- pages ------------------------------------------------------------------------------------

  /** The newest page, where it is not there yet. */
  ensureLoaded(): void {
    if (this.#status.peek().kind !== "ready") this.load();
  }

  load(): void {
    if (!this.exists) {
      this.#timeline.value ??= lines.emptyTimeline;
      this.#status.value = { kind: "ready" };
      return;
    }
    const load = ++this.#load;
    if (!this.#timeline.peek()) this.#status.value = { kind: "loading" };
    this.#context.api.history(this.id).then((page) => {
      if (load === this.#load) batch(() => this.#replace(page));
    }, (error) => {
      if (load === this.#load) this.fail(error);
    });
  }

  /** It could not be loaded. What is shown already stays. */
  fail(error: unknown): void {
    if (this.#timeline.peek()) this.#complain(error);
    else this.#status.value = { kind: "failed", failure: failureOf(error) };
  }

  #replace(page: History): void {
    const last = page.messages.at(-1);
    if (last) this.#setRow(withMessage(this.#row.peek(), last, this.#context.me.id));
    this.setPage(page);
    this.#fill();
  }

  #complain(error: unknown): void {
    this.#context.toasts.show({
      kind: "failure",
      what: "load_messages",
      failure: failureOf(error),
    });
  }

  loadOlder(): void {
    const timeline = this.#timeline.peek();
    const before = timeline?.messages[0]?.seq;
    if (timeline?.hasOlder && before !== undefined) {
      this.#page("older", { before }, (known, page) => lines.prepend(known, page));
    }
  }

  loadNewer(): void {
    const timeline = this.#timeline.peek();
    if (timeline && !timeline.live) {
      const after = lines.endOf(timeline);
      this.#page("newer", { after }, (known, page) => lines.append(known, page));
    }
  }

  jump(seq: number): void {
    const messages = this.#timeline.peek()?.messages ?? [];
    if (messages.some((message) => message.seq === seq)) {
      this.target.value = seq;
      return;
    }
    this.#loading.value = "none";
    this.#page("jump", { around: seq }, (_, page) => {
      this.target.value = seq;
      return lines.timelineOf(page, this.#row.peek().seq);
    });
  }

  jumpToEnd(): void {
    if (this.#timeline.peek()?.live === false) this.load();
  }

  #page(
    what: "older" | "newer" | "jump",
    query: { before?: number; after?: number; around?: number },
    join: (timeline: lines.Timeline, page: History) => lines.Timeline,
  ): void {
    if (this.#loading.peek() !== "none") return;
    const load = ++this.#load;
    this.#loading.value = what;
    this.#context.api.history(this.id, query).then((page) => {
      if (load !== this.#load) return;
      batch(() => {
        this.#learn(page.messages, true);
        this.#timeline.value = join(this.#timeline.peek() ?? lines.emptyTimeline, page);
        this.#status.value = { kind: "ready" };
      });
      this.#fill();
    }).catch((error) => this.#complain(error)).finally(() => {
      if (load === this.#load) this.#loading.value = "none";
    });
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
