/** The composition root: opens the store once and hands each part what it needs. */
import manifest from "../deno.json" with { type: "json" };
import type { Config } from "./config.ts";
import { asChatEvent } from "./chat/chat_events.ts";
import { createChat } from "./chat/mod.ts";
import { createDemo } from "./demo/demo_service.ts";
import { createIdentity, type IdentityOptions } from "./identity/mod.ts";
import { openEpoch } from "./kv/epoch.ts";
import { createJournal } from "./kv/journal/mod.ts";
import type { Journal, JournalEvent } from "./kv/journal/types.ts";
import { openStore, type Store } from "./kv/store.ts";
import { createNotifications } from "./notifications/mod.ts";
import { createPush } from "./push/mod.ts";
import { createHub, createPeers, noPeers } from "./realtime/mod.ts";
import type { Hub } from "./realtime/types.ts";
import type { Services } from "./services.ts";
import { type Clock, systemClock } from "./shared/clock.ts";
import { createLogger, errorFields, type Logger } from "./shared/logger.ts";
import type { Message } from "./shared/message_schema.ts";
import { createTelemetry } from "./telemetry/mod.ts";

/** What a push service is told as contact where nothing is configured; Apple refuses it. */
const DEFAULT_VAPID_SUBJECT = "mailto:webpush@skilllink.invalid";
/** What is queued is written within this time, or left to the clients' outboxes. */
const FLUSH_MS = 2000;

/** What is not in the configuration. */
export interface AppOptions {
  /** Takes a request as the network would: for the demo's calls of the public API. */
  callApi(request: Request): Promise<Response>;
  clock?: Clock;
  log?: Logger;
}

/** Opens the store and starts everything. Throws what {@link openStore} throws. */
export async function createServices(config: Config, options: AppOptions): Promise<Services> {
  const { clock = systemClock, log = createLogger(config.logLevel), callApi } = options;
  const store = await openStore(config.store, {
    clock,
    onWaiting: (message) => log.warn(message),
  });
  const { services } = await compose({ config, store, clock, log, callApi });
  services.push.start();
  services.notifications.start();
  await services.demo.start();
  return services;
}

/** What the parts stand on. */
export interface Ground {
  config: Config;
  /** Closed with the services. */
  store: Store;
  clock: Clock;
  log: Logger;
  callApi: AppOptions["callApi"];
  /** For tests: spreads and jitter, and cheaper passwords. */
  random?: () => number;
  scrypt?: IdentityOptions["scrypt"];
}

/** Puts the parts together; pushes and the demo's bot are not started yet. */
export async function compose(
  { config, store, clock, log, callApi, random, scrypt }: Ground,
): Promise<{ services: Services; journal: Journal }> {
  const telemetry = createTelemetry({ clock, version: manifest.version, tracing: config.tracing });
  const journal = createJournal({ store, clock, log, random, observer: telemetry.journal });
  const identity = await createIdentity({ store, journal, clock, config, log, scrypt });
  const { auth, users, apiKeys, accounts, secrets } = identity;
  const limits = telemetry.refusals(identity.limits);
  const push = createPush({
    store,
    clock,
    config,
    log,
    vapid: { ...secrets.vapid, subject: vapidSubject(config), isStored: config.vapid === null },
    observer: telemetry.pushes,
  });

  // The hub needs the domains and they ask it one thing each, hence these two late answers.
  const isVisible = (userId: string): boolean => hub.isVisible(userId);
  const onLost = (): void => hub.disconnectAll();

  const talk = createChat({ store, journal, clock, log, users, push, isVisible, onLost });
  const bell = createNotifications({
    store,
    journal,
    clock,
    log,
    users,
    rooms: talk.rooms,
    chat: talk.chat,
    push,
    isVisible,
    onLost,
  });
  const { notifications } = bell;
  const epoch = await openEpoch(store, clock);
  const hub: Hub = createHub({
    clock,
    log,
    random,
    epoch: epoch.id,
    chat: telemetry.sends(talk.chat, "socket"),
    missedNotifications: (userId, seq) => notifications.missed(userId, seq),
    joinRooms: (userId, roomIds) => talk.rooms.joinNamed(userId, roomIds),
    authenticate: (token) => auth.authenticateBearer(token),
    sessionEndsAt: (sessionId) => auth.sessionEndsAt(sessionId),
    takeLimit: (type, userId) => limits.take(type, `u:${userId}`),
    caughtUp: () => journal.caughtUp(),
    peers: isShared(store) ? createPeers({ kv: store.kv, clock, log, random }) : noPeers,
    meter: telemetry.sockets,
  });
  talk.feed.connect(hub);
  bell.feed.connect(hub);
  journal.listen((events) => ownArrivals(events).forEach((at) => bell.arrived(at)));
  telemetry.watch({ journal, hub, push });
  const unrevoke = auth.onRevoked((userId, sessionId) => {
    hub.closeSession(userId, sessionId);
    push.endSession(userId, sessionId).catch((error) =>
      log.error("Could not remove the devices of a session", errorFields(error))
    );
  });

  const demo = createDemo({
    kv: store.kv,
    clock,
    log,
    wanted: config.demo,
    production: config.appOrigin !== null || config.store.kind === "deploy",
    token: { secret: secrets.jwt, issuer: config.jwks.issuer, audience: config.jwks.audience },
    users,
    accounts,
    sessions: auth,
    chat: talk.chat,
    openPast,
    onMessage: (listener) => journal.listen((events) => ownMessages(events).forEach(listener)),
    tell: (userIds, frame) => hub.sendToUsers(userIds, frame),
    callApi,
  });

  /** Chat whose clock stands where it is put: what the demo's history is told by. */
  function openPast() {
    let time = clock.now();
    const { chat, rooms, close } = createChat({
      store,
      journal,
      clock: { now: () => time, after: (ms, run) => clock.after(ms, run) },
      log,
      users,
      push: null,
      isVisible,
      onLost: () => {},
    });
    return { chat, rooms, at: (to: number) => void (time = to), close };
  }

  let isDraining = false;
  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    isDraining = true;
    demo.close();
    unrevoke();
    await hub.drain();
    await Promise.all([bell.stop(), push.close(), journal.close(FLUSH_MS)]);
    talk.close();
    bell.close();
    await epoch.close();
    store.close();
  }

  const services: Services = {
    config,
    clock,
    log,
    store,
    auth,
    users,
    limits,
    apiKeys,
    chat: telemetry.sends(talk.chat, "request"),
    rooms: talk.rooms,
    notifications,
    preferences: bell.preferences,
    push,
    hub,
    demo,
    metrics: telemetry.metrics,
    caughtUp: () => journal.caughtUp(),
    draining: () => isDraining,
    close: () =>
      closing ??= close().catch((error) => {
        log.error("Closing failed", errorFields(error));
        throw error;
      }),
  };
  return { services, journal };
}

/** Whether other servers may be on the same store. */
function isShared({ location: { kind } }: Store): boolean {
  return kind === "server" || kind === "deploy";
}

function vapidSubject(config: Config): string {
  if (config.vapidSubject !== null) return config.vapidSubject;
  const admin = config.adminEmails[0];
  return admin === undefined ? DEFAULT_VAPID_SUBJECT : `mailto:${admin}`;
}

/** The messages that this process has taken. */
function ownMessages(events: readonly JournalEvent[]): Message[] {
  return events.flatMap(({ own, payload }) => {
    const event = own ? asChatEvent(payload) : null;
    return event?.type === "message" ? [event.frame.message] : [];
  });
}

/** When people came to rooms by what this process has written (ms). */
function ownArrivals(events: readonly JournalEvent[]): number[] {
  return events.flatMap(({ own, payload }) => {
    const event = own ? asChatEvent(payload) : null;
    return event?.type === "members" && event.joined ? [event.at] : [];
  });
}
