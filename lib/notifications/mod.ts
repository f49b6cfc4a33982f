/** The notifications domain: the bell, its frames, its pushes. */
import type { Clock } from "../shared/clock.ts";
import { errorFields, type Logger } from "../shared/logger.ts";
import type { Store } from "../kv/store.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { UserService } from "../identity/types.ts";
import type { PushService } from "../push/types.ts";
import type { ChatService, RoomService } from "../chat/types.ts";
import { arrivalWrite } from "./arrival.ts";
import { BellReader } from "./bell_reader.ts";
import { RememberedRows, storedRows } from "./bell_rows.ts";
import { createDoctor } from "./doctor.ts";
import { NotificationFeed } from "./notification_feed.ts";
import { createNotificationPush } from "./notification_push.ts";
import { createNotificationService } from "./notification_service.ts";
import { createPreferenceService } from "./preference_service.ts";
import { ScheduleWorker } from "./schedule_worker.ts";
import { createSending } from "./sending.ts";
import { createTrace } from "./trace.ts";
import type { NotificationService, PreferenceService } from "./types.ts";

export type { BellSink } from "./notification_feed.ts";
export type * from "./types.ts";

/** What {@link createNotifications} needs. */
export interface NotificationsOptions {
  store: Pick<Store, "kv">;
  journal: Journal;
  clock: Clock;
  log: Logger;
  users: Pick<UserService, "exists" | "getPeople" | "listIds" | "onCreated" | "requireUser">;
  rooms: Pick<RoomService, "memberIds" | "placesOf" | "peekPlaces">;
  chat: Pick<ChatService, "mutes" | "setMuted" | "getConversation">;
  push: Pick<
    PushService,
    | "jobRow"
    | "dueAt"
    | "listOwners"
    | "listDevices"
    | "backlog"
    | "outcomesOf"
    | "registerSource"
    | "setGate"
  >;
  /** True when a window of this person can be seen right now. */
  isVisible(userId: string): boolean;
  /** Jitter, 0 to 1. */
  random?: () => number;
  /** Sockets were not told something: they must resume. */
  onLost(): void;
}

/** The notifications domain of one process. */
export interface Notifications {
  notifications: NotificationService;
  preferences: PreferenceService;
  /** Somebody came to a room at that time (ms), here: what is sent afterwards is later. */
  arrived(at: number): void;
  /** Sends nothing more by itself. */
  stop(): Promise<void>;
  /** Turns events into frames, once it is connected to the sockets. */
  feed: Pick<NotificationFeed, "connect" | "idle">;
  close(): void;
}

/** Puts the domain together; it hears the journal from now on. */
export function createNotifications(options: NotificationsOptions): Notifications {
  const { store: { kv }, journal, clock, log, users, rooms, chat, push, isVisible, onLost } =
    options;
  const reader = new BellReader({ kv, users, rooms });
  const stored = storedRows(kv);
  const remembered = new RememberedRows(stored);
  const readBell = (userId: string) => reader.read(stored, userId);
  const peekBell = (userId: string) => reader.peek(remembered, userId);
  const rememberBell = (userId: string) => reader.read(remembered, userId);
  // Nearly always in memory, for whoever was here before: five thousand may come back at once.
  const knownBell = async (userId: string) => peekBell(userId) ?? await rememberBell(userId);
  const feed = new NotificationFeed({
    rows: remembered,
    rooms,
    log,
    readBell: rememberBell,
    peekBell,
    lost: onLost,
  });
  const unlisten = journal.listen((events) => feed.take(events));
  const unhear = users.onCreated(async (userId) => {
    const { createdAt } = await users.requireUser(userId);
    await journal.commit(arrivalWrite(Date.parse(createdAt)));
  });
  const ungap = journal.onGap(() => {
    feed.drop();
    onLost();
  });
  push.registerSource(
    "notification",
    createNotificationPush({ kv, rooms, push, readBell, isVisible }),
  );
  const { gate, ...preferences } = createPreferenceService({ kv, journal, chat, readBell });
  push.setGate(gate);
  const sending = createSending({ kv, journal, clock, log, users, rooms, push });
  const schedule = new ScheduleWorker({
    kv,
    clock,
    log,
    random: options.random ?? Math.random,
    sending,
  });
  return {
    preferences,
    notifications: {
      ...createNotificationService({ kv, journal, clock, sending, readBell, knownBell }),
      doctor: createDoctor({ clock, preferences, push }),
      trace: createTrace({ kv, users, rooms, push, readBell }),
      start: () => schedule.start(),
    },
    arrived(at) {
      journal.commit(arrivalWrite(at)).catch((error) =>
        log.error("The time of an arrival could not be kept", errorFields(error))
      );
    },
    stop: () => schedule.close(),
    feed,
    close() {
      unlisten();
      unhear();
      ungap();
    },
  };
}
