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
/** Pages that are read again; what one has seen beyond them is loaded anew when it is wanted. */
const READ_AGAIN_MAX = 10;
/** A first page that was overtaken by frames is read again so often, then after a while. */
const OVERTAKEN_MAX = 3;
/** One that failed is read again so often, each time after a while; then by the next connection. */
const FAILURES_MAX = 3;
const WAIT_MS = 5000;

/** What takes one out of the list, into another. */
type Leaving = "archived" | "snoozed";

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
  /** Answers to loads so far, failures among them. */
  let answers = 0;
  /** Loads in a row that failed. */
  let failures = 0;
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
    const wanted = after === null ? readAgain(name) : api.listNotifications(name, after);
    wanted.then((page) =>
      batch(() => {
        const isOvertaken = after === null && heard !== since;
        if (isOvertaken && overtaken < OVERTAKEN_MAX) return fetchPage(name, after, overtaken + 1);
        // Frames come faster than pages: what is there now is shown, and put right in a while.
        if (isOvertaken) browser.clock.after(WAIT_MS, () => load(name, null));
        answers++;
        failures = 0;
        const now = lists.peek()[name] ?? empty;
        const joined = after === null ? isOvertaken ? withNews(page, now) : page : {
          items: [...now.items, ...page.items.filter(({ seq }) => seq < after)],
          before: page.before,
        };
        setList(name, { items: joined.items, before: joined.before, status: { kind: "ready" } });
        // Of the others it may be one whose neighbours are not known: a resume would leave them out.
        if (name === "all") newest = Math.max(newest, page.items[0]?.seq ?? 0);
        if (name === "all" || name === "unread") isUnknown = false;
        setAnswered(page, since);
      })
    ).catch((error) => {
      answers++;
      const now = lists.peek()[name] ?? empty;
      setList(name, { ...now, status: { kind: "failed", failure: failureOf(error) } });
      if (after !== null || ++failures > FAILURES_MAX) return;
      browser.clock.after(WAIT_MS, () => {
        if (lists.peek()[name]?.status.kind === "failed") load(name, null);
      });
    });
  }

  /** What is shown of a list, and the counts with it: from the newest to the last one, or a page. */
  async function readAgain(name: NotificationFilter) {
    const last = lists.peek()[name]?.items.at(-1)?.seq ?? Infinity;
    let read = await api.listNotifications(name);
    for (let pages = 1; pages < READ_AGAIN_MAX && (read.before ?? 0) > last; pages++) {
      const next = await api.listNotifications(name, read.before ?? undefined);
      read = { ...next, items: [...read.items, ...next.items] };
    }
    return read;
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

  type Change = "seen" | "read" | "read_all" | Leaving;
  function drop(name: NotificationFilter, ids: readonly string[]): void {
    const known = lists.peek()[name];
    if (known) {
      setList(name, {
        ...known,
        items: known.items.filter(({ id }) => !ids.includes(id)),
      });
    }
  }

  /** What is in it now has to be read. */
  function renew(name: Leaving): void {
    const { [name]: _, ...others } = lists.peek();
    lists.value = others;
    if (filter.peek() === name) load(name, null);
  }

  /** What became of them, here or on another device; with all of them, of those up to `upTo`. */
  function apply(change: Change, ids: readonly string[], upTo = Infinity): void {
    const now = new Date(browser.clock.now()).toISOString();
    // Only of these two no id means all of them; a resume says "read" of those it knows, maybe of none.
    const all = ids.length === 0 && (change === "seen" || change === "read_all");
    const concerned = ({ id, seq }: Notification) => all ? seq <= upTo : ids.includes(id);
    if (change === "archived" || change === "snoozed") {
      batch(() => {
        for (const name of ["all", "unread"] as const) drop(name, ids);
        renew(change);
      });
    } else {
      changeAll((notification) => {
        if (!concerned(notification)) return notification;
        const seenAt = notification.seenAt ?? now;
        const readAt = change === "seen" ? notification.readAt : notification.readAt ?? now;
        return seenAt === notification.seenAt && readAt === notification.readAt
          ? notification
          : { ...notification, seenAt, readAt };
      });
    }
    // R7: what is read is not shown by the system any more either.
    if (change === "read_all") {
      // What came after `upTo` may be shown under a name of its own, so then only ids are sure.
      const later = allKnown().some(({ readAt, seq }) => !readAt && seq > upTo);
      browser.closeShown((kind, id) => kind === "notification" && (!later || !!find(id)?.readAt));
    } else if (change !== "seen") {
      browser.closeShown((kind, id) => kind === "notification" && ids.includes(id));
    }
  }

  /** Shown at once, then as the server says; taken back when it can't be done. */
  function act(change: Change, ids: string[], call: () => Promise<NotificationCounts>): void {
    const lastLists = lists.peek();
    const lastCounts = counts.peek();
    const since = heard;
    const answersBefore = answers;
    const before = ids.map(find);
    const less = (count: number, mark: "readAt" | "seenAt") =>
      Math.max(0, count - before.filter((known) => known && !known[mark]).length);
    batch(() => {
      apply(change, ids);
      const { unreadCount, unseenCount } = lastCounts;
      const all = change === "read_all";
      setCounts({
        unreadCount: all ? 0 : less(unreadCount, "readAt"),
        unseenCount: all || change === "seen" ? 0 : less(unseenCount, "seenAt"),
      });
    });
    call().then((answered) => setAnswered(answered, since), (error) => {
      batch(() => {
        if (heard === since && answers === answersBefore) {
          lists.value = lastLists;
          counts.value = lastCounts;
        }
        load("all", null);
      });
      if (change !== "seen") complain(error);
    });
  }
  const complain = (error: unknown) =>
    toasts.show({ kind: "failure", what: "change_notification", failure: failureOf(error) });

  /** One after the other; the counts of the last answer are those after all of them. */
  async function each(
    ids: readonly string[],
    call: (id: string) => Promise<NotificationCounts>,
  ): Promise<NotificationCounts> {
    let answered = counts.peek();
    for (const id of ids) answered = await call(id);
    return answered;
  }
  const allKnown = () => Object.values(lists.peek()).flatMap((known) => known?.items ?? []);
  const find = (id: string | undefined) => allKnown().find((known) => known.id === id);
  /** What came meanwhile was not on the screen when the button was pressed. */
  const upToNewest = () => newest > 0 ? newest : undefined;

  function markSeen(): void {
    if (counts.peek().unseenCount === 0) return;
    const upTo = upToNewest();
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
    markRead(...all) {
      const ids = all.filter((id) => !find(id)?.readAt);
      if (ids.length > 0) act("read", ids, () => each(ids, api.markNotificationRead));
    },
    markAllRead() {
      const upTo = upToNewest();
      act("read_all", [], () => api.markAllNotificationsRead(upTo));
    },
    archive: (...ids) => act("archived", ids, () => each(ids, api.archiveNotification)),
    snooze(until, ...ids) {
      const at = new Date(until).toISOString();
      act("snoozed", ids, () => each(ids, (id) => api.snoozeNotification(id, at)));
    },
    wake(id) {
      const since = heard;
      drop("snoozed", [id]);
      api.snoozeNotification(id, null).then((answered) => setAnswered(answered, since), (error) => {
        renew("snoozed");
        complain(error);
      });
    },
    receive(frame) {
      heard++;
      if (frame.type === "notification") {
        const { notification } = frame;
        const isNew = notification.seq > newest;
        take(notification);
        setCounts(frame);
        // It may be one that was put off.
        renew("snoozed");
        if (!isNew || notification.readAt || !browser.visible()) return;
        if (onScreen.peek()) markSeen();
        else if (wasOnline) toasts.show({ kind: "notification", notification });
      } else if (frame.type === "notification.changed") {
        apply(frame.state, frame.ids, frame.upTo);
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

/** A page that is older than what came by frames: that stays, and what was read stays read. */
function withNews<Page extends Pick<List, "items">>(page: Page, known: Pick<List, "items">): Page {
  const first = page.items[0]?.seq ?? 0;
  const byId = new Map(known.items.map((notification) => [notification.id, notification]));
  const items = page.items.map((notification) => {
    const { seenAt = null, readAt = null } = byId.get(notification.id) ?? {};
    return {
      ...notification,
      seenAt: notification.seenAt ?? seenAt,
      readAt: notification.readAt ?? readAt,
    };
  });
  return { ...page, items: [...known.items.filter(({ seq }) => seq > first), ...items] };
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
