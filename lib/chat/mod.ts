/** The chat domain: messages, conversations, rooms. */
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import type { Store } from "../kv/store.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { PushService } from "../push/types.ts";
import { ChatReader, type People } from "./chat_reader.ts";
import { createChatService } from "./chat_service.ts";
import { Directory } from "./directory.ts";
import { ChatFeed } from "./feed.ts";
import { createMessagePush } from "./message_push.ts";
import { MessagePushRows } from "./message_push_rows.ts";
import { createRoomService } from "./room_service.ts";
import type { ChatService, RoomService } from "./types.ts";

export type { FrameSink } from "./feed.ts";
export type * from "./types.ts";

/** What {@link createChat} needs. */
export interface ChatOptions {
  store: Pick<Store, "kv">;
  journal: Journal;
  clock: Clock;
  log: Logger;
  users: People;
  /** Null: nothing that is sent here is pushed (a history that is told afterwards). */
  push: Pick<PushService, "jobRow" | "dueAt" | "registerSource"> | null;
  /** True when a window of this person can be seen right now. */
  isVisible(userId: string): boolean;
  /** Sockets were not told something: they must resume. */
  onLost(): void;
}

/** The chat domain of one process. */
export interface Chat {
  chat: ChatService;
  rooms: RoomService;
  /** Turns events of conversations into frames, once it is connected to the sockets. */
  feed: Pick<ChatFeed, "connect">;
  close(): void;
}

/** Puts the domain together; it hears the journal from now on. */
export function createChat(options: ChatOptions): Chat {
  const { store, journal, clock, log, users, push, isVisible, onLost } = options;
  const directory = new Directory(store.kv, journal.rows);
  const reader = new ChatReader(journal.rows, users, () => clock.now());
  const feed = new ChatFeed({ directory, reader, log, lost: onLost });
  const unlisten = journal.listen((events) => feed.take(events));
  const ungap = journal.onGap(() => {
    directory.drop();
    onLost();
  });
  push?.registerSource("message", createMessagePush({ clock, directory, reader, isVisible }));
  return {
    chat: createChatService({
      journal,
      clock,
      users,
      directory,
      reader,
      pushes: push && new MessagePushRows(push),
    }),
    rooms: createRoomService({ journal, clock, users, directory, reader }),
    feed,
    close() {
      unlisten();
      ungap();
    },
  };
}
