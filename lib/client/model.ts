/** The page's model: everything of `types.ts` put together, and the one way to get it. */
import { batch, computed, effect, type Signal, signal } from "@preact/signals";
import type { ClientFrame, ServerFrame } from "../shared/protocol.ts";
import type { User } from "../shared/user_schema.ts";
import { createApi, failureOf } from "./api.ts";
import { createBanner } from "./banner.ts";
import { type Browser, realBrowser } from "./browser.ts";
import { createChat } from "./chat_model.ts";
import { keepApp, keepLastState, type LastStateKeeper } from "./last_state.ts";
import type { Notes } from "./last_user.ts";
import { createLocalStore, type LocalStore } from "./local_store.ts";
import { createNotifications } from "./notifications_model.ts";
import { createOutbox } from "./outbox.ts";
import { createAcquaintances, createPeople } from "./people_model.ts";
import { createPresence } from "./presence_model.ts";
import type { PushBrowser } from "./push_browser.ts";
import { createPushModel } from "./push_model.ts";
import { createSocketDriver } from "./socket_driver.ts";
import { createToasts } from "./toasts_model.ts";
import type { AppModel, InitialState } from "./types.ts";

export { draftConversation } from "../shared/initial_state.ts";

const NOW_EVERY_MS = 30_000;
/** Of a page without a signed-in person: nothing of it is ever sent. */
const nobody: User = { id: "", name: "", avatar: null, email: null, role: "member", createdAt: "" };

/** What tests put in the place of the browser. */
export interface ModelParts {
  browser?: Browser;
  pushBrowser?: PushBrowser;
  store?: LocalStore;
  /** Where the last state is kept, and who was here last; outside of a browser nothing is kept. */
  notes?: Notes;
}

/** The model, and how a newer rendering of the page gets into it. */
export interface PageModel extends AppModel {
  absorb(initial: InitialState): void;
}

/** Makes a model; it does nothing before `start`. */
export function createModel(initial: InitialState, parts: ModelParts = {}): PageModel {
  const { browser = realBrowser() } = parts;
  const { clock } = browser;
  const { me: owner } = initial;
  const self = owner ?? nobody;
  const store = parts.store ?? createLocalStore(self.id);
  const me: Signal<User | null> = signal(owner);
  const now = signal(Date.parse(initial.renderedAt));
  let started = false;
  /** Of the store that the rows and messages in memory come from; null: not heard yet. */
  let epoch = initial.epoch ?? null;

  /** What opens without the server is kept from when this is there. */
  let keeper: Promise<LastStateKeeper | null> = Promise.resolve(null);
  /** The session is being ended here: whatever says so first, the socket's end or the answer. */
  let isLeaving = false;
  const signOutHere = (reason: "left" | "ended") => {
    driver.signOut(reason);
    me.value = null;
  };
  const api = createApi({
    fetch: browser.fetch,
    clock,
    onUnauthenticated: () => started && me.peek() && signOutHere(isLeaving ? "left" : "ended"),
  });
  const driver = createSocketDriver({
    browser,
    userId: self.id,
    resumeFrame: (): ClientFrame => ({
      type: "resume",
      conversations: chat.positions(),
      notifications: bell.position(),
    }),
    receive: (frames) => frames.forEach(receive),
    onEpoch(now) {
      if (epoch !== null && now !== epoch) restart();
      epoch = now;
    },
    onOnline: () =>
      batch(() => {
        chat.online();
        bell.online();
        outbox.online();
      }),
    onLost: () =>
      batch(() => {
        chat.lost();
        presence.lost(clock.now());
        outbox.lost();
      }),
    onTabGone: () => void outbox.sync(),
    checkSession: () => void api.getMe().catch(() => {}),
    ticket: () => api.socketTicket(),
  });
  const send = (frame: ClientFrame) => driver.send(frame);
  const toasts = createToasts(clock);
  const presence = createPresence();
  const acquaintances = createAcquaintances();
  const outbox = createOutbox({
    browser,
    store,
    send,
    lock: `skilllink-outbox-${self.id}`,
    onUnkept: () =>
      toasts.show({
        kind: "failure",
        what: "keep_unsent",
        failure: { code: "unavailable", requestId: null },
      }),
  });
  acquaintances.meet(self);
  const chat = createChat({
    me: self,
    browser,
    api,
    outbox,
    store,
    presence,
    toasts,
    send,
    caughtUp: () => driver.state.peek().kind === "online",
    onBehind() {
      restart();
      driver.restart();
    },
    kept: async (key) => await (await keeper)?.page(key) ?? null,
    meet: acquaintances.meet,
  }, initial);
  const bell = createNotifications({ api, browser, toasts }, initial);
  const push = createPushModel(api, async () => {
    const { createPush, realPushBrowser } = await import("./push_client.ts");
    const { vapidKey } = initial;
    const pushBrowser = parts.pushBrowser ?? realPushBrowser();
    return createPush({ browser: pushBrowser, api, clock, vapidKey, userId: self.id });
  });

  /** The store is not the one that this page knows: all is asked for again, but what is unsent. */
  function restart(): void {
    batch(() => {
      chat.restart();
      bell.restart();
    });
  }

  function receive(frame: ServerFrame): void {
    try {
      if (frame.type === "presence") presence.set(frame.userId, frame);
      else if (frame.type === "notification" || frame.type === "notification.changed") {
        bell.receive(frame);
      } else chat.receive(frame);
    } catch (error) {
      // One frame that can't be shown must not stop those behind it.
      reportError(error);
    }
  }

  const page = signal<string | null>(null);
  const count = computed(() => chat.unreadCount.value + bell.counts.value.unseenCount);
  const title = computed(() => {
    const name = page.value ? `${page.value} · ${initial.appName}` : initial.appName;
    return count.value > 0 ? `(${count.value}) ${name}` : name;
  });

  function tick(): void {
    now.value = clock.now();
    chat.endMutes(now.value);
    clock.after(NOW_EVERY_MS, tick);
  }

  function start(): void {
    if (started) return;
    started = true;
    tick();
    effect(() => browser.setTitle(title.value));
    if (!owner) return;
    effect(() => browser.setBadge(count.value));
    browser.onPage((event) => {
      if (event === "leave") chat.saveDrafts();
      if (event !== "network") void keeper.then((kept) => kept?.saveNow());
      if (event !== "visibility" || !browser.visible()) return;
      void outbox.sync();
      if (bell.onScreen.peek()) bell.markSeen();
    });
    driver.state.subscribe(({ kind }) => {
      if (kind !== "signed_out") return;
      if (me.peek()) me.value = null;
      void keeper.then((kept) => kept?.forget(false));
    });
    keeper = keepLast().catch(() => null);
    void store.listDrafts().then(chat.restoreDrafts);
    void outbox.sync();
    bell.start();
    driver.start();
    push.start();
  }

  async function keepLast(): Promise<LastStateKeeper | null> {
    const { notes } = parts;
    if (!notes && typeof document === "undefined") return null;
    if (!notes) void keepApp();
    return await keepLastState({
      userId: self.id,
      clock,
      notes,
      restore: chat.restoreDelivered,
      snapshot: () => ({
        appName: initial.appName,
        locale: initial.locale,
        vapidKey: initial.vapidKey,
        me: me.value,
        epoch: epoch ?? undefined,
        notifications: bell.snapshot(),
        ...chat.snapshot(),
      }),
    });
  }

  async function signOut(): Promise<boolean> {
    try {
      await push.leave();
      isLeaving = true;
      driver.expectSignOut(true);
      await api.logout();
    } catch (error) {
      isLeaving = false;
      driver.expectSignOut(false);
      toasts.show({ kind: "failure", what: "sign_out", failure: failureOf(error) });
      return false;
    }
    // Begun before the page is left for the sign-in page.
    const forgotten = Promise.all([keeper.then((kept) => kept?.forget(true)), outbox.clear()]);
    signOutHere("left");
    await forgotten;
    return true;
  }

  return {
    appName: initial.appName,
    locale: initial.locale,
    me,
    now,
    connection: {
      state: driver.state,
      banner: createBanner(driver.state, clock),
      retryNow: driver.retryNow,
    },
    chat,
    people: createPeople({
      api,
      clock,
      ownId: owner?.id ?? null,
      acquaintances,
      conversations: chat.conversations,
    }),
    presence,
    notifications: bell,
    push,
    toasts,
    badge: { count, page, title },
    api,
    start,
    signOut,
    absorb(newer) {
      batch(() => {
        chat.absorb(newer);
        bell.absorb(newer);
      });
    },
  };
}

/** By `initial` object, on the server: each rendering has its own and takes it along. */
const rendered = new WeakMap<InitialState, AppModel>();
let pageModel: { model: PageModel; renderedAt: string; userId: string | undefined } | null = null;

/** The model of this page; see the head of `types.ts`. */
export function getModel(initial: InitialState): AppModel {
  if (typeof document === "undefined") {
    const model = rendered.get(initial) ?? createModel(initial);
    rendered.set(initial, model);
    return model;
  }
  const { renderedAt } = initial;
  const userId = initial.me?.id;
  if (pageModel?.userId !== userId || !pageModel) {
    pageModel = { model: createModel(initial), renderedAt, userId };
  } else if (renderedAt > pageModel.renderedAt) {
    pageModel.renderedAt = renderedAt;
    pageModel.model.absorb(initial);
  }
  return pageModel.model;
}
