/** Turns the journal's events into frames for those whom they concern, in the order of the log. */
import type { JournalEvent } from "../kv/journal/types.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import {
  asChatEvent,
  type ChatEvent,
  conversationOf,
  type MembersEvent,
  type MessageEvent,
  type MessageLocal,
} from "./chat_events.ts";
import type { ChatReader } from "./chat_reader.ts";
import type { Directory } from "./directory.ts";
import type { Roster } from "./roster.ts";

/** Where frames go: `json` is the frame as JSON where that was made before. */
export interface FrameSink {
  sendToUsers(userIds: Iterable<string>, frame: ServerFrame, json?: string): void;
  /** `userIds` and `others` have a conversation from now on. */
  introduce(userIds: readonly string[], others: readonly string[]): void;
}

/** Events of one conversation that wait while it is loaded; past it they are left to a resume. */
const WAITING_MAX = 5000;

/** What {@link ChatFeed} needs. */
export interface ChatFeedOptions {
  directory: Directory;
  reader: ChatReader;
  log: Logger;
  /** What a conversation's clients can't be told any more: these people must resume. */
  lost(): void;
}

/** See the header of this module. */
export class ChatFeed {
  readonly #options: ChatFeedOptions;
  #sink: FrameSink | null = null;
  /** Events that wait for their conversation to be loaded. */
  #waiting = new Map<string, { event: ChatEvent; local: unknown }[]>();

  constructor(options: ChatFeedOptions) {
    this.#options = options;
  }

  /** Frames go to `sink` from now on. */
  connect(sink: FrameSink): void {
    this.#sink = sink;
  }

  /** Hears the journal. */
  take(events: readonly JournalEvent[]): void {
    for (const { payload, local } of events) {
      const event = asChatEvent(payload);
      if (!event) continue;
      this.#options.directory.apply(event);
      this.#dispatch(event, local);
    }
  }

  #dispatch(event: ChatEvent, local: unknown): void {
    if (!this.#sink) return;
    const id = conversationOf(event);
    const waiting = this.#waiting.get(id);
    if (waiting) {
      if (waiting.length < WAITING_MAX) waiting.push({ event, local });
      else this.#options.lost();
      return;
    }
    // A direct message names both people: nothing has to be loaded for it.
    const roster = this.#options.directory.peek(id);
    if (roster || (event.type === "message" && event.frame.message.receiverId !== undefined)) {
      this.#send(event, local, roster);
      return;
    }
    this.#waiting.set(id, [{ event, local }]);
    void this.#load(id);
  }

  async #load(id: string): Promise<void> {
    try {
      const roster = await this.#options.directory.load(id);
      for (const { event, local } of this.#waiting.get(id) ?? []) this.#send(event, local, roster);
    } catch (error) {
      this.#options.log.error("Events could not be told", errorFields(error));
      this.#options.lost();
    } finally {
      this.#waiting.delete(id);
    }
  }

  #send(event: ChatEvent, local: unknown, roster: Roster | null): void {
    switch (event.type) {
      case "message":
        return this.#message(event, local as MessageLocal | undefined, roster);
      case "read": {
        const { conversationId, userId, upTo, seq } = event;
        return this.#read({ conversationId, userId, upTo, unreadCount: seq - upTo }, roster);
      }
      case "members":
        return this.#members(event, roster);
      case "muted":
        if (roster) this.#show(roster, [event.userId], "A mute could not be told");
    }
  }

  #message(event: MessageEvent, local: MessageLocal | undefined, roster: Roster | null): void {
    const { frame, caughtUp } = event;
    const { senderId, receiverId, conversationId, seq } = frame.message;
    if (caughtUp) {
      this.#read({ conversationId, userId: senderId, upTo: seq - 1, unreadCount: 0 }, roster, [
        senderId,
        ...(receiverId === undefined ? [] : [receiverId]),
      ]);
    }
    const people = receiverId === undefined
      ? roster?.members.keys() ?? [senderId]
      : [senderId, receiverId];
    this.#sink?.sendToUsers(people, frame, local?.frameJson);
    if (event.began && receiverId !== undefined) this.#sink?.introduce([senderId], [receiverId]);
  }

  /** The reader's own devices are told what is left; the others only how far it was read. */
  #read(
    mark: { conversationId: string; userId: string; upTo: number; unreadCount: number },
    roster: Roster | null,
    pair: readonly string[] = [],
  ): void {
    const { conversationId, userId, upTo } = mark;
    const frame: ServerFrame = { type: "read", conversationId, userId, upTo };
    this.#sink?.sendToUsers([userId], { ...frame, unreadCount: mark.unreadCount });
    const others = [...roster?.members.keys() ?? pair].filter((id) => id !== userId);
    this.#sink?.sendToUsers(others, frame);
  }

  #members(event: MembersEvent, roster: Roster | null): void {
    const { conversationId, joined, rev, memberCount } = event;
    const changed = new Set(event.userIds);
    const userIds = [...changed];
    if (!event.began) {
      const others = [...roster?.members.keys() ?? []].filter((id) => !changed.has(id));
      const frame = { type: "members", conversationId, rev, joined, userIds, memberCount } as const;
      this.#sink?.sendToUsers(others, frame);
    }
    if (!joined) {
      this.#sink?.sendToUsers(userIds, { type: "conversation.removed", conversationId });
    } else if (roster) {
      this.#sink?.introduce(userIds, [...roster.members.keys()]);
      this.#show(roster, userIds, "New members could not be told");
    }
  }

  /** Tells each of them of the whole conversation as it is for them. */
  #show(roster: Roster, userIds: readonly string[], failure: string): void {
    const show = async () => {
      for (const userId of userIds) {
        const [conversation] = await this.#options.reader.conversations(userId, [roster]);
        if (conversation) this.#sink?.sendToUsers([userId], { type: "conversation", conversation });
      }
    };
    show().catch((error) => this.#options.log.error(failure, errorFields(error)));
  }
}
