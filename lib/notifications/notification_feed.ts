/** Turns the journal's events into frames, each with the counts of whom it is sent to (R6, R7). */
import { errorFields, type Logger } from "../shared/logger.ts";
import type { NotificationCounts } from "../shared/notification_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import type { JournalEvent } from "../kv/journal/types.ts";
import type { RoomService } from "../chat/types.ts";
import type { Bell } from "./bell_reader.ts";
import { type RememberedRows } from "./bell_rows.ts";
import { countOf } from "./inbox.ts";
import {
  type Addressee,
  asNotificationEvent,
  type NotificationEvent,
} from "./notification_events.ts";
import { logsOf } from "./send_operation.ts";

/** The sockets of this process. */
export interface BellSink {
  /** Everybody who is connected here. */
  onlineIds(): Iterable<string>;
  isOnline(userId: string): boolean;
  sendToUsers(userIds: Iterable<string>, frame: ServerFrame): void;
}

/** Events that wait to be told; past it they are dropped and everybody resumes (R10). */
const WAITING_MAX = 10_000;
/** People whose counts are made at a time. */
const AT_ONCE = 200;

/** What {@link NotificationFeed} needs. */
export interface NotificationFeedOptions {
  rows: RememberedRows;
  rooms: Pick<RoomService, "memberIds">;
  log: Logger;
  /** Out of `rows`; `peekBell` gives null where something of it must be read first. */
  readBell(userId: string): Promise<Bell>;
  peekBell(userId: string): Bell | null;
  /** Something can't be told any more: sockets must resume. */
  lost(): void;
}

/** Tells people's devices. One event after another, so that frames keep the order of the log. */
export class NotificationFeed {
  #sink: BellSink | null = null;
  #waiting: NotificationEvent[] = [];
  #telling: Promise<void> | null = null;

  constructor(private readonly options: NotificationFeedOptions) {}

  /** Frames go to `sink` from now on. */
  connect(sink: BellSink): void {
    this.#sink = sink;
  }

  /** Hears the journal. */
  take(events: readonly JournalEvent[]): void {
    for (const { payload } of events) {
      const event = asNotificationEvent(payload);
      if (!event) continue;
      this.#forget(event);
      if (!this.#sink) continue;
      if (this.#waiting.length >= WAITING_MAX) {
        this.#waiting = [];
        this.options.lost();
      }
      this.#waiting.push(event);
    }
    if (this.#waiting.length > 0) this.#telling ??= this.#tellAll();
  }

  /** Events were lost: nothing that is remembered can be trusted. */
  drop(): void {
    this.options.rows.everythingChanged();
  }

  /** Resolves when everything that was taken is told. */
  async idle(): Promise<void> {
    while (this.#telling) await this.#telling;
  }

  #forget(event: NotificationEvent): void {
    const { rows } = this.options;
    if (event.type === "preferences.changed") {
      if (event.userId === null) return rows.categoriesChanged();
      rows.preferencesChanged(event.userId);
      rows.inboxChanged(event.userId);
    } else if (event.type === "notification.changed") rows.inboxChanged(event.userId);
    else for (const log of logsOf(event.to)) rows.logChanged(log);
  }

  async #tellAll(): Promise<void> {
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      try {
        await this.#tell(event);
      } catch (error) {
        this.options.log.error("A notification could not be told", errorFields(error));
        this.options.lost();
      }
    }
    this.#telling = null;
  }

  async #tell(event: NotificationEvent): Promise<void> {
    if (event.type === "preferences.changed") return;
    if (event.type === "notification.changed") {
      const { ids, state, upTo, userId } = event;
      return await this.#send([userId], (counts) => ({
        type: "notification.changed",
        ids: [...ids],
        state,
        upTo,
        ...counts,
      }));
    }
    const { notification } = event;
    await this.#send(
      await this.#audience(event.to),
      (counts) => ({ type: "notification", notification, ...counts }),
      ({ hides }) => !hides?.(notification.category),
    );
  }

  async #audience(to: Addressee): Promise<Iterable<string>> {
    if (to.kind === "broadcast") return this.#sink?.onlineIds() ?? [];
    return to.kind === "users" ? to.userIds : await this.options.rooms.memberIds(to.roomId) ?? [];
  }

  /** One frame for all who have the same counts: it is serialised once for them. */
  async #send(
    userIds: Iterable<string>,
    frameFor: (counts: NotificationCounts) => ServerFrame,
    isShown: (bell: Bell) => boolean = () => true,
  ): Promise<void> {
    const sink = this.#sink;
    if (!sink) return;
    const online = [...userIds].filter((userId) => sink.isOnline(userId));
    const groups = new Map<string, { counts: NotificationCounts; userIds: string[] }>();
    const take = (userId: string, bell: Bell) => {
      if (!isShown(bell)) return;
      const counts = countOf(bell.logs);
      const key = `${counts.unreadCount} ${counts.unseenCount}`;
      const group = groups.get(key);
      if (group) group.userIds.push(userId);
      else groups.set(key, { counts, userIds: [userId] });
    };
    const { peekBell, readBell } = this.options;
    for (let i = 0; i < online.length; i += AT_ONCE) {
      const unknown: string[] = [];
      // What is in memory takes no promise: a broadcast to thousands is told in one go.
      for (const userId of online.slice(i, i + AT_ONCE)) {
        const bell = peekBell(userId);
        if (bell) take(userId, bell);
        else unknown.push(userId);
      }
      if (unknown.length === 0) continue;
      await Promise.all(unknown.map(async (userId) => take(userId, await readBell(userId))));
    }
    for (const group of groups.values()) sink.sendToUsers(group.userIds, frameFor(group.counts));
  }
}
