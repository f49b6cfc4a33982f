/** The conversations of a person: the list, the one that is shown, and what the server says of them. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { RESUME_CONVERSATIONS_MAX } from "../shared/limits.ts";
import { draftConversation } from "../shared/initial_state.ts";
import type { Position, ServerFrame } from "../shared/protocol.ts";
import { ApiFailure, failureOf } from "./api.ts";
import type { ChatContext } from "./chat_context.ts";
import { Conversation } from "./conversation_model.ts";
import type { Snapshot } from "./last_state.ts";
import { createLoadedThreads } from "./loaded_threads.ts";
import type { ChatModel, InitialState, KnownConversation, LoadState } from "./types.ts";

/** Pages of the list that are looked through for a conversation that only its id is known of. */
const SEARCH_PAGES = 5;
/** A list that could not be brought up to date is tried again after this. */
const REFRESH_MS = 5000;
/** Conversations that were opened and never begun; past it the oldest is forgotten. */
const STRANGERS_MAX = 50;
/** Messages of a conversation that are kept for an opening without the server. */
const KEPT_MESSAGES = 50;

/** The model, and the wires that the page's model holds. */
export interface Chat extends ChatModel {
  receive(frame: ServerFrame): void;
  /** For `resume`: the most recent conversations, 500 at most. */
  positions(): Record<string, Position>;
  online(): void;
  lost(): void;
  /** The store is another one: each conversation is told anew, or not at all. */
  restart(): void;
  restoreDrafts(drafts: ReadonlyMap<string, string>): void;
  saveDrafts(): void;
  /** Mutes that are over by then (ms) are ended: no frame tells of that. */
  endMutes(now: number): void;
  /** What a newer page of the server says. */
  absorb(initial: InitialState): void;
  /** What is worth keeping for an opening without the server. Reads signals. */
  snapshot(): Pick<Snapshot, "conversations" | "pages" | "delivered">;
  /** What an earlier page knew of own messages, by the conversation's key. */
  restoreDelivered(marks: Readonly<Record<string, number>>): void;
}

export function createChat(context: ChatContext, initial: InitialState): Chat {
  const { me, api, toasts, outbox, browser } = context;
  const all = signal<readonly Conversation[]>([]);
  /** By conversation id, and by the partner's id. */
  const byId = new Map<string, Conversation>();
  const current = signal<Conversation | null>(null);
  const cursor = signal<string | null>(null);
  const status = signal<LoadState>({ kind: "ready" });
  const holdOrder = signal(false);
  /** From the local store, until their conversations are there. */
  const drafts = new Map<string, string>();
  /** The same with the last message that was delivered. */
  const delivered = new Map<string, number>();
  /** Opened, but not begun. */
  let strangers: readonly Conversation[] = [];
  const loaded = createLoadedThreads<Conversation>();
  /** The list is what this browser has kept: it is read again at the first connection. */
  let isKept = initial.kept === true;
  /** Rooms that this person leaves: not news that they are out. */
  const leaving = new Set<string>();
  /** `again`: something came while the list was being read, and may not be in what is read. */
  let refreshing: "no" | "running" | "again" = "no";

  function index(conversation: Conversation): void {
    const { id, partner } = conversation.row.peek();
    const draft = drafts.get(conversation.storeKey);
    if (draft !== undefined && drafts.delete(conversation.storeKey)) {
      conversation.restoreDraft(draft);
    }
    const mark = delivered.get(conversation.storeKey);
    if (mark !== undefined && delivered.delete(conversation.storeKey)) {
      conversation.restoreDelivered(mark);
    }
    byId.set(id, conversation);
    if (partner) {
      byId.set(partner.id, conversation);
      context.meet(partner);
    }
  }

  function make(row: KnownConversation): Conversation {
    const conversation = new Conversation(context, row);
    index(conversation);
    return conversation;
  }

  function list(conversation: Conversation): void {
    if (!all.peek().includes(conversation)) all.value = [...all.peek(), conversation];
  }

  function forget(conversation: Conversation): void {
    all.value = all.peek().filter((other) => other !== conversation);
    for (const [key, other] of byId) if (other === conversation) byId.delete(key);
    loaded.forget(conversation);
  }

  function takeRow(row: KnownConversation, reset = false): Conversation {
    const known = byId.get(row.id) ?? (row.partner && byId.get(row.partner.id));
    if (!known) {
      const made = make(row);
      list(made);
      return made;
    }
    known.mergeRow(row, reset);
    index(known);
    if (known.exists) list(known);
    return known;
  }

  /** Something came of a conversation that is not known: the first page has it. */
  async function refresh(): Promise<void> {
    if (refreshing !== "no") {
      refreshing = "again";
      return;
    }
    try {
      do {
        refreshing = "running";
        const page = await api.listConversations();
        batch(() => page.rows.forEach((row) => takeRow(row)));
      } while (isAskedAgain());
      refreshing = "no";
    } catch {
      browser.clock.after(REFRESH_MS, () => {
        refreshing = "no";
        if (context.caughtUp()) void refresh();
      });
    }
  }

  const isAskedAgain = () => refreshing === "again";

  function fetchList(after: string | undefined): Promise<void> {
    status.value = { kind: "loading" };
    return api.listConversations(after).then((page) =>
      batch(() => {
        page.rows.forEach((row) => takeRow(row));
        cursor.value = page.after;
        status.value = { kind: "ready" };
      })
    ).catch((error) => {
      status.value = { kind: "failed", failure: failureOf(error) };
    });
  }

  function show(conversation: Conversation | null): void {
    if (current.peek() === conversation) return;
    const before = current.peek();
    batch(() => {
      before?.leave();
      current.value = conversation;
      conversation?.enter();
      if (conversation) loaded.shown(conversation);
    });
    // What they announced is on the screen now.
    for (const toast of toasts.items.peek()) {
      if (toast.kind === "message" && toast.conversation === conversation) toasts.close(toast.id);
    }
    if (before && !before.exists) rememberStranger(before);
  }

  /** Of those that are in no list the last ones are remembered, and all with a draft in them. */
  function rememberStranger(conversation: Conversation): void {
    strangers = [...strangers.filter((other) => other !== conversation), conversation];
    for (const other of strangers.slice(0, -STRANGERS_MAX)) {
      if (!other.exists && !other.isUsed) forget(other);
    }
    strangers = strangers.slice(-STRANGERS_MAX);
  }

  /** Reads on in the list until it has the conversation, then shows that instead of `stub`. */
  async function find(id: string, stub: Conversation): Promise<void> {
    for (let page = 0; page < SEARCH_PAGES; page++) {
      const known = byId.get(id);
      if (known && known !== stub) return;
      if (stub.row.peek().partner || stub.row.peek().room) return stub.ensureLoaded();
      if (page > 0 && cursor.peek() === null) break;
      await fetchList(page > 0 ? cursor.peek() ?? undefined : undefined);
      const state = status.peek();
      if (state.kind === "failed") return stub.fail(new ApiFailure(state.failure, "list failed"));
    }
    stub.fail(new ApiFailure({ code: "not_found", requestId: null }, `no conversation ${id}`));
  }

  function takeInitial(state: InitialState): void {
    batch(() => {
      state.conversations.rows.forEach((row) => takeRow(row));
      cursor.value = state.conversations.after;
      if (!state.open) return;
      const { row, ...page } = state.open;
      const known = byId.get(row.id) ?? make(row);
      if (known.exists) list(known);
      known.mergeRow(row, false);
      if (known.status.peek().kind !== "ready") known.setPage(page, state.kept === true);
      show(known);
    });
  }

  function conversationOf(frame: ServerFrame): Conversation | undefined {
    if (frame.type === "message" || frame.type === "ack") {
      const { conversationId, senderId, receiverId } = frame.message;
      const partner = senderId === me.id ? receiverId : senderId;
      const known = byId.get(conversationId) ??
        (receiverId && partner ? byId.get(partner) : undefined);
      if (known) byId.set(conversationId, known);
      return known;
    }
    return "conversationId" in frame ? byId.get(frame.conversationId) : undefined;
  }

  function receive(frame: ServerFrame): void {
    const conversation = conversationOf(frame);
    switch (frame.type) {
      case "ack":
      case "message": {
        const { message } = frame;
        if (message.senderId === me.id) outbox.settle(message.clientId);
        if (!conversation) {
          if (context.caughtUp()) void refresh();
          return;
        }
        const isNew = message.seq > conversation.row.peek().seq;
        const live = context.caughtUp();
        conversation.take(message, frame.type === "message" ? frame.rev : null);
        list(conversation);
        if (isNew && live) announce(conversation, frame);
        return;
      }
      case "error":
        if (frame.clientId !== undefined) outbox.refuse(frame.clientId, frame.code);
        return;
      case "resumed":
        if (frame.conversations.some((row) => frame.reset.includes(row.id) && isBehind(row))) {
          return context.onBehind();
        }
        for (const row of frame.conversations) takeRow(row, frame.reset.includes(row.id));
        return;
      case "conversation": {
        const known = takeRow(frame.conversation);
        leaving.delete(known.id);
        // Back in a room that is still on the screen as one that is closed.
        if (current.peek()?.id !== known.id || current.peek() === known) return;
        show(known);
        known.ensureLoaded();
        return;
      }
      case "conversation.removed": {
        if (!conversation) return;
        forget(conversation);
        conversation.apply(frame);
        const { room } = conversation.row.peek();
        if (room && !leaving.has(room.id)) toasts.show({ kind: "removed", name: room.name });
        return;
      }
      default:
        conversation?.apply(frame);
    }
  }

  /** A row that says less than is known. */
  function isBehind(row: KnownConversation): boolean {
    const known = byId.get(row.id)?.row.peek();
    return known !== undefined && (row.seq < known.seq || (row.rev ?? 0) < (known.rev ?? 0));
  }

  /** A toast, for what is not on the screen. */
  function announce(conversation: Conversation, { message }: { message: KnownMessage }): void {
    const { muted } = conversation.row.peek();
    if (message.senderId === me.id || muted || !browser.visible()) return;
    if (current.peek() !== conversation) toasts.show({ kind: "message", conversation, message });
  }

  const sorted = computed(() =>
    all.value.toSorted((a, b) => (b.lastAt.value ?? "").localeCompare(a.lastAt.value ?? ""))
  );
  let shown: readonly Conversation[] = [];
  const conversations: ReadonlySignal<readonly Conversation[]> = computed(() => {
    if (!holdOrder.value) return shown = sorted.value;
    const known = new Set(all.value);
    const still = shown.filter((conversation) => known.delete(conversation));
    // What is left in `known` came since; without a change it is the same list.
    if (known.size === 0 && still.length === shown.length) return shown;
    return shown = [...still, ...known];
  });

  const chat: Chat = {
    conversations,
    holdOrder,
    status,
    current,
    hasMore: computed(() => cursor.value !== null),
    unreadCount: computed(() =>
      all.value.reduce(
        (sum, { row }) => sum + (row.value.muted ? 0 : row.value.unreadCount),
        0,
      )
    ),
    unsentCount: computed(() => outbox.entries.value.length),
    loadMore() {
      const after = cursor.peek();
      const { kind } = status.peek();
      // A first page that failed has no cursor: it is asked for again.
      if (kind === "loading" || (after === null && kind !== "failed")) return;
      void fetchList(after ?? undefined).then(() => {
        const state = status.peek();
        // Where there are rows, nothing of the list says that the next ones failed. Once is enough:
        // scrolling on tries again each time.
        if (state.kind !== "failed" || kind === "failed" || all.peek().length === 0) return;
        toasts.show({ kind: "failure", what: "load_conversations", failure: state.failure });
      });
    },
    open(id) {
      const known = byId.get(id);
      const conversation = known ??
        make(stubOf(id));
      show(conversation);
      if (known) known.ensureLoaded();
      else void find(id, conversation);
      return conversation;
    },
    openWith(person) {
      const conversation = byId.get(person.id) ?? make(draftConversation(person));
      show(conversation);
      conversation.ensureLoaded();
      return conversation;
    },
    close: () => show(null),
    async createRoom(name, memberIds) {
      try {
        const room = await api.createRoom(name, memberIds);
        const conversation = takeRow({ ...stubOf(room.id), kind: "room", room });
        show(conversation);
        conversation.ensureLoaded();
        return conversation;
      } catch (error) {
        toasts.show({ kind: "failure", what: "create_room", failure: failureOf(error) });
        return null;
      }
    },
    async leaveRoom({ row }) {
      const { id } = row.peek();
      leaving.add(id);
      try {
        await api.removeMember(id, me.id);
      } catch {
        leaving.delete(id);
        return false;
      }
      const known = byId.get(id);
      if (known) forget(known);
      return true;
    },
    receive,
    positions() {
      const positions: Record<string, Position> = {};
      for (const { id, exists, position } of sorted.peek().slice(0, RESUME_CONVERSATIONS_MAX)) {
        if (exists) positions[id] = position;
      }
      return positions;
    },
    online() {
      // What was read elsewhere while no page was open.
      browser.closeShown((_, id) => byId.get(id)?.row.peek().unreadCount === 0);
      for (const conversation of all.peek()) conversation.online();
      if (!isKept) return;
      isKept = false;
      void fetchList(undefined);
    },
    lost() {
      for (const conversation of all.peek()) conversation.lost();
    },
    restart() {
      for (const conversation of new Set(byId.values())) conversation.restart();
    },
    restoreDrafts(stored) {
      for (const [key, text] of stored) drafts.set(key, text);
      for (const conversation of new Set(byId.values())) index(conversation);
    },
    saveDrafts() {
      for (const conversation of new Set(byId.values())) conversation.saveDraft();
    },
    endMutes(now) {
      for (const conversation of all.peek()) {
        const { mutedUntil = "", ...row } = conversation.row.peek();
        if (Date.parse(mutedUntil) <= now) conversation.mergeRow({ ...row, muted: false }, false);
      }
    },
    absorb: takeInitial,
    snapshot() {
      const pages = loaded.list().flatMap((conversation) => {
        const page = conversation.newest(KEPT_MESSAGES);
        const row = conversation.row.value;
        return page ? [{ key: conversation.storeKey, row, ...page }] : [];
      });
      const marks = sorted.value.map(({ storeKey, deliveredSeq }) =>
        [storeKey, deliveredSeq] as const
      );
      return {
        conversations: { rows: sorted.value.map(({ row }) => row.value), after: cursor.value },
        pages: [...pages],
        delivered: Object.fromEntries(marks.filter(([, seq]) => seq > 0)),
      };
    },
    restoreDelivered(marks) {
      for (const [key, seq] of Object.entries(marks)) delivered.set(key, seq);
      for (const conversation of new Set(byId.values())) index(conversation);
    },
  };
  takeInitial(initial);
  return chat;
}

/** A row of which nothing is known yet. */
function stubOf(id: string): KnownConversation {
  const person = { id, name: "", avatar: null };
  return { ...draftConversation(person), partner: undefined };
}

type KnownMessage = Extract<ServerFrame, { type: "message" }>["message"];
