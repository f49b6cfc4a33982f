/** A page of one person in a browser, with a server, all in process: for tests of `lib/client`. */
import { createLocalStore, type LocalStore } from "../client/local_store.ts";
import { createModel, type PageModel } from "../client/model.ts";
import type { PushBrowser } from "../client/push_browser.ts";
import type { InitialState } from "../client/types.ts";
import type { Person, User } from "../shared/user_schema.ts";
import { createFakeBrowser, type FakeBrowser, Refusal } from "./fake_browser.ts";
import { createFakeClock, type FakeClock, settle } from "./fake_clock.ts";
import { FakeServer } from "./fake_socket.ts";
import type { FakeTabs } from "./fake_tabs.ts";

export const ann: Person = { id: "ann", name: "Ann", avatar: null };
export const ben: Person = { id: "ben", name: "Ben", avatar: null };
export const cat: Person = { id: "cat", name: "Cat", avatar: null };
export const annUser: User = {
  ...ann,
  email: null,
  role: "member",
  createdAt: "2026-01-01T00:00:00.000Z",
};

/** A browser without push. */
export const noPush: PushBrowser = {
  support: () => "no",
  permission: () => "default",
  ask: () => Promise.resolve("default"),
  onPermission: () => {},
  register: () => Promise.resolve(),
  subscription: () => Promise.resolve(null),
  subscribe: () => Promise.reject(new Error("Cannot subscribe: no push here")),
  recall: () => null,
  note: () => {},
};

export interface ClientWorld {
  readonly clock: FakeClock;
  readonly server: FakeServer;
  readonly browser: FakeBrowser;
  readonly store: LocalStore;
  /** What the server would render now. */
  initial(open?: Person): InitialState;
  /** A page (another tab, or the same after a reload) with its own browser, the store and locks shared. */
  page(
    options?: { initial?: InitialState; store?: LocalStore },
  ): ClientPage;
}

/** A page, and its end of what the tabs share (null: nothing). */
export interface ClientPage {
  model: PageModel;
  browser: FakeBrowser;
  tabs: FakeTabs | null;
}

/**
 * Ann's; with the fake clock of the world everywhere. With `tabs` its pages are tabs that share a
 * connection; without, each has one of its own.
 */
export function createClientWorld(
  store: LocalStore = createLocalStore("memory"),
  tabs: FakeTabs | null = null,
): ClientWorld {
  const clock = createFakeClock();
  const locks = new Map<string, Promise<void>>();
  const server = new FakeServer(ann, () => clock.now());

  function serve(browser: FakeBrowser): FakeBrowser {
    browser.routes["GET /api/messages/conversations"] = () => ({
      data: server.rows().map(({ rev: _, ...row }) => row),
      page: { before: null, after: null },
    });
    browser.routes["GET /api/notifications"] = () => ({
      data: [],
      unreadCount: 0,
      unseenCount: 0,
      page: { before: null, after: null },
    });
    for (const id of ["d_ben", "ben", "d_cat", "cat"]) {
      browser.routes[`GET /api/messages/conversation/${id}`] = ({ url }) => {
        const at = Object.fromEntries([...url.searchParams].map(([k, v]) => [k, Number(v)]));
        const found = server.history(id, at);
        if (!found) throw new Refusal("not_found", 404);
        const cursor = (seq: number | null) => seq === null ? null : String(seq);
        const page = { before: cursor(found.before), after: cursor(found.after) };
        return { data: found.messages, page };
      };
    }
    return browser;
  }
  const open = (end: FakeTabs | null) =>
    serve(createFakeBrowser(server.network, { clock, locks, tabs: end }));
  const first = open(tabs);

  function initial(open?: Person): InitialState {
    const row = open && server.row(open);
    const page = row && server.history(row.id, {});
    return {
      appName: "SkillLink",
      locale: "en",
      renderedAt: new Date(clock.now()).toISOString(),
      me: annUser,
      vapidKey: null,
      conversations: { rows: server.rows(), after: null },
      open: row && page ? { row, ...page } : null,
      notifications: { items: [], before: null, counts: { unreadCount: 0, unseenCount: 0 } },
    };
  }
  let pages = 0;
  return {
    clock,
    server,
    browser: first,
    store,
    initial,
    page(options = {}) {
      const end = pages === 0 ? tabs : tabs?.another() ?? null;
      const browser = pages++ === 0 ? first : open(end);
      const model = createModel(options.initial ?? initial(), {
        browser,
        pushBrowser: noPush,
        store: options.store ?? store,
      });
      return { model, browser, tabs: end };
    },
  };
}

/** Ann's page with the conversation with Ben open and connected. */
export async function openWithBen(world: ClientWorld) {
  world.server.conversation(ben);
  const page = world.page({ initial: world.initial(ben) });
  page.model.start();
  await settle();
  const chat = page.model.chat.current.peek();
  if (!chat) throw new Error("Cannot go on: no conversation is open");
  return { ...page, chat };
}
