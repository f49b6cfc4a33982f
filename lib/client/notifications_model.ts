/** The bell: what came, how much of it is new, and what one does with it. */
import { batch, computed, signal } from "@preact/signals";
import type { Notification, NotificationCounts } from "../shared/notification_schema.ts";
import type { ServerFrame } from "../shared/protocol.ts";
import { failureOf } from "./api.ts";
import type { Browser } from "./browser.ts";
import type {
  Api,
  InitialState,
  LoadState,
  NotificationFilter,
  NotificationsModel,
  ToastsModel,
} from "./types.ts";

/** Rows of a filter in memory; `loadMore` does nothing past it. */
const ITEMS_MAX = 1000;
/** After an outage the first page is read again within this time: spread, so not all come at once. */
const REFRESH_SPREAD_MS = 3000;
/** A first page that was overtaken by frames is read again so often. */
const OVERTAKEN_MAX = 3;

interface List {
  items: readonly Notification[];
  before: number | null;
  status: LoadState;
}

export interface NotificationsOptions {
  api: Api;
  browser: Browser;
  toasts: ToastsModel;
}

/** The model, and the wires that the page's model holds. */
export interface Bell extends NotificationsModel {
  receive(frame: ServerFrame): void;
  /** For `resume`: the newest that is known. */
  position(): number;
  online(): void;
  /** The store is another one: the list is read anew. */
  restart(): void;
  /** What is worth keeping for an opening without the server. Reads signals. */
  snapshot(): InitialState["notifications"];
  absorb(initial: InitialState): void;
  /** From now on `onScreen` marks as seen. */
  start(): void;
}

export function createNotifications(
  { api, browser, toasts }: NotificationsOptions,
  initial: InitialState,
): Bell {
  const { items, before, counts: firstCounts } = initial.notifications;
  const filter = signal<NotificationFilter>("all");
  const empty: List = { items: [], before: null, status: { kind: "idle" } };
  const lists = signal<Partial<Record<NotificationFilter, List>>>({
    all: { items, before, status: { kind: "ready" } },
  });
  const counts = signal<NotificationCounts>(firstCounts);
  const onScreen = signal(false);
  const list = computed(() => lists.value[filter.value] ?? empty);
  let newest = items[0]?.seq ?? 0;
  /** Frames so far. They come in order, so what was asked for before one of them may be older. */
  let heard = 0;
  // What this browser has kept may have changed since: the first connection reads it again.
  let wasOnline = initial.kept === true;
  /** None is known, nor how many there are: nothing is to be replayed, the list is read. */
  let isUnknown = false;

  const setList = (name: NotificationFilter, next: List) =>
    void (lists.value = { ...lists.peek(), [name]: next });
  /** Each known notification, in whatever list. */
  function changeAll(change: (notification: Notification) => Notification): void {
    batch(() => {
      for (const [name, known] of Object.entries(lists.peek())) {
        setList(name as NotificationFilter, { ...known, items: known.items.map(change) });
      }
    });
  }
  const setCounts = ({ unreadCount, unseenCount }: NotificationCounts) =>
    void (counts.value = { unreadCount, unseenCount });

  /** Counts of an answer; a frame that came after it was asked for knows better. */
  const setAnswered = (answered: NotificationCounts, since: number) => {
    if (heard === since) setCounts(answered);
  };

  function load(name: NotificationFilter, after: number | null): void {
    const known = lists.peek()[name] ?? empty;
    if (known.status.kind === "loading") return;
    setList(name, { ...known, status: { kind: "loading" } });
    fetchPage(name, after, 0);
  }

  function fetchPage(name: NotificationFilter, after: number | null, overtaken: number): void {
    const since = heard;
    api.listNotifications(name, after ?? undefined).then((page) =>
      batch(() => {
        if (after === null && heard !== since && overtaken < OVERTAKEN_MAX) {
          return fetchPage(name, after, overtaken + 1);
        }
        const now = lists.peek()[name] ?? empty;
        const joined = after === null ? firstPage(now, page) : {
          items: [...now.items, ...page.items.filter(({ seq }) => seq < after)],
          before: page.before,
        };
        setList(name, { ...joined, status: { kind: "ready" } });
        newest = Math.max(newest, page.items[0]?.seq ?? 0);
        if (name !== "archived") isUnknown = false;
        setAnswered(page, since);
      })
    ).catch((error) => {
      const now = lists.peek()[name] ?? empty;
      setList(name, { ...now, status: { kind: "failed", failure: failureOf(error) } });
    });
  }

  function take(notification: Notification): void {
    newest = Math.max(newest, notification.seq);
    for (const name of ["all", "unread"] as const) {
      const known = lists.peek()[name];
      if (!known || notification.archivedAt || (name === "unread" && notification.readAt)) continue;
      const others = known.items.filter(({ id }) => id !== notification.id);
      const older = others.findIndex(({ seq }) => seq < notification.seq);
      // Beyond the last one that is loaded: the next page brings it.
      if (older < 0 && known.before !== null) continue;
      setList(name, {
        ...known,
        items: others.toSpliced(older < 0 ? others.length : older, 0, notification),
      });
    }
  }

  type Change = "seen" | "read" | "read_all" | "archived";
  /** What became of them, here or on another device. */
  function apply(change: Change, ids: readonly string[]): void {
    const now = new Date(browser.clock.now()).toISOString();
    // Only of these two no id means all of them; a resume says "read" of those it knows, maybe of none.
    const all = ids.length === 0 && (change === "seen" || change === "read_all");
    const concerned = (id: string) => all || ids.includes(id);
    if (change === "archived") {
      batch(() => {
        for (const name of ["all", "unread"] as const) {
          const known = lists.peek()[name];
          if (!known) continue;
          setList(name, { ...known, items: known.items.filter(({ id }) => !ids.includes(id)) });
        }
        const { archived: _, ...others } = lists.peek();
        lists.value = others;
        if (filter.peek() === "archived") load("archived", null);
      });
    } else {
      changeAll((notification) => {
        if (!concerned(notification.id)) return notification;
        const seenAt = notification.seenAt ?? now;
        const readAt = change === "seen" ? notification.readAt : notification.readAt ?? now;
        return seenAt === notification.seenAt && readAt === notification.readAt
          ? notification
          : { ...notification, seenAt, readAt };
      });
    }
    // R7: what is read is not shown by the system any more either.
    if (change === "read_all") browser.closeShown((kind) => kind === "notification");
    else if (change !== "seen") {
      browser.closeShown((kind, id) => kind === "notification" && ids.includes(id));
    }
  }

  /** Shown at once, then as the server says; taken back when it can't be done. */
  function act(change: Change, ids: string[], call: () => Promise<NotificationCounts>): void {
    const lastLists = lists.peek();
    const lastCounts = counts.peek();
    const since = heard;
    const before = find(ids[0]);
    batch(() => {
      apply(change, ids);
      const { unreadCount, unseenCount } = lastCounts;
      const all = change === "read_all";
      const one = (open: boolean, count: number) => Math.max(0, count - (open ? 1 : 0));
      setCounts({
        unreadCount: all
          ? 0
          : change === "seen"
          ? unreadCount
          : one(before !== undefined && !before.readAt, unreadCount),
        unseenCount: all || change === "seen"
          ? 0
          : one(before !== undefined && !before.seenAt, unseenCount),
      });
    });
    call().then((answered) => setAnswered(answered, since), (error) => {
      batch(() => {
        if (heard === since) {
          lists.value = lastLists;
          counts.value = lastCounts;
        }
        load("all", null);
      });
      if (change === "seen") return;
      toasts.show({ kind: "failure", what: "change_notification", failure: failureOf(error) });
    });
  }
  const find = (id: string | undefined) =>
    Object.values(lists.peek()).flatMap((known) => known?.items ?? []).find((n) => n.id === id);

  function markSeen(): void {
    if (counts.peek().unseenCount === 0) return;
    const upTo = newest > 0 ? newest : undefined;
    act("seen", [], () => api.markNotificationsSeen(upTo));
  }

  return {
    filter,
    items: computed(() => list.value.items),
    counts,
    status: computed(() => list.value.status),
    hasMore: computed(() => list.value.before !== null && list.value.items.length < ITEMS_MAX),
    onScreen,
    setFilter(name) {
      filter.value = name;
      // What was read or archived meanwhile is still in a list that was loaded before.
      if (name !== "all" || !lists.peek().all) load(name, null);
    },
    loadMore() {
      const { before, items, status } = list.peek();
      if (before !== null && items.length < ITEMS_MAX && status.kind !== "loading") {
        load(filter.peek(), before);
      }
    },
    markSeen,
    markRead(id) {
      if (!find(id)?.readAt) act("read", [id], () => api.markNotificationRead(id));
    },
    markAllRead: () => act("read_all", [], () => api.markAllNotificationsRead()),
    archive: (id) => act("archived", [id], () => api.archiveNotification(id)),
    receive(frame) {
      heard++;
      if (frame.type === "notification") {
        const { notification } = frame;
        const isNew = notification.seq > newest;
        take(notification);
        setCounts(frame);
        if (!isNew || notification.readAt || !browser.visible()) return;
        if (onScreen.peek()) markSeen();
        else if (wasOnline) toasts.show({ kind: "notification", notification });
      } else if (frame.type === "notification.changed") {
        apply(frame.state, frame.ids);
        setCounts(frame);
      }
    },
    position: () => isUnknown ? Number.MAX_SAFE_INTEGER : newest,
    restart() {
      newest = 0;
      isUnknown = true;
      lists.value = { all: empty };
    },
    online() {
      // A resume brings new ones; what became of old ones meanwhile is read again.
      if (wasOnline) {
        browser.clock.after(browser.random() * REFRESH_SPREAD_MS, () => load("all", null));
      }
      wasOnline = true;
    },
    snapshot() {
      const { items, before } = lists.value.all ?? empty;
      return { items: [...items], before, counts: counts.value };
    },
    absorb(state) {
      const { items, before, counts: fresh } = state.notifications;
      batch(() => {
        const known = lists.peek().all ?? empty;
        setList("all", { ...firstPage(known, { items, before }), status: { kind: "ready" } });
        newest = Math.max(newest, items[0]?.seq ?? 0);
        setCounts(fresh);
      });
    },
    start: () => void onScreen.subscribe((shown) => shown && markSeen()),
  };
}

/** The first page in place of what was known of its range; what meets its end stays. */
function firstPage(
  known: Pick<List, "items" | "before">,
  page: Pick<List, "items" | "before">,
): Pick<List, "items" | "before"> {
  const last = page.items.at(-1)?.seq ?? 0;
  const meets = page.before !== null && known.items.some(({ seq }) => seq >= last);
  const older = meets ? known.items.filter(({ seq }) => seq < last) : [];
  return older.length > 0
    ? { items: [...page.items, ...older], before: known.before }
    : { items: page.items, before: page.before };
}
