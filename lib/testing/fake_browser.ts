/** A browser that a test holds in its hand, for tests of `lib/client`. */
import type { Browser, PageEvent } from "../client/browser.ts";
import { createFakeClock, type FakeClock } from "./fake_clock.ts";
import type { FakeNetwork } from "./fake_socket.ts";
import type { FakeTabs } from "./fake_tabs.ts";

/** Answers of REST by `"GET /api/…"` (without query); anything else is 404. */
export type Routes = Record<string, (request: { url: URL; body: unknown }) => unknown>;

export interface FakeBrowser extends Browser {
  readonly clock: FakeClock;
  isUp: boolean;
  isVisible: boolean;
  titleText: string;
  badge: number;
  /** Tags of the OS notifications that are shown. */
  shown: string[];
  routes: Routes;
  /** What was asked of REST: `"GET /api/…?query"`. */
  readonly requests: string[];
  fire(event: PageEvent): void;
}

/** Throw it in a route for a failure envelope; any other error is a network that is down. */
export class Refusal {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number) {
    this.code = code;
    this.status = status;
  }
}

/** Parts that the tabs of one browser share; without `tabs` each has a socket of its own. */
export interface FakeBrowserParts {
  clock?: FakeClock;
  locks?: Map<string, Promise<void>>;
  tabs?: FakeTabs | null;
}

/** See {@link FakeBrowser}. */
export function createFakeBrowser(
  network: FakeNetwork,
  { clock = createFakeClock(), locks = new Map(), tabs = null }: FakeBrowserParts = {},
): FakeBrowser {
  const listeners: ((event: PageEvent) => void)[] = [];
  const browser: FakeBrowser = {
    clock,
    isUp: true,
    isVisible: true,
    titleText: "",
    badge: 0,
    shown: [],
    routes: {},
    requests: [],
    random: () => 0.5,
    async fetch(input, init) {
      const url = new URL(String(input), "http://localhost");
      const method = init?.method ?? "GET";
      browser.requests.push(`${method} ${url.pathname}${url.search}`);
      const body = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
      await Promise.resolve();
      const route = browser.routes[`${method} ${url.pathname}`];
      const requestId = "request-1";
      try {
        if (!route) throw new Refusal("not_found", 404);
        const answer = await route({ url, body });
        if (answer === undefined) return new Response(null, { status: 204 });
        return Response.json({ success: true, ...(answer as Record<string, unknown>) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, status } = error;
        const envelope = { success: false, error: { code, message: code, requestId } };
        return Response.json(envelope, { status });
      }
    },
    openSocket: (protocols, events) => network.open(protocols, events),
    networkUp: () => browser.isUp,
    visible: () => browser.isVisible,
    onPage: (listener) => void listeners.push(listener),
    path: () => "/chat/d_ben?x=1",
    setTitle: (title) => void (browser.titleText = title),
    setBadge: (count) => void (browser.badge = count),
    closeShown(which) {
      browser.shown = browser.shown.filter((tag) => {
        const colon = tag.indexOf(":");
        return !which(tag.slice(0, colon), tag.slice(colon + 1));
      });
    },
    withLock(name, held) {
      const turn = (locks.get(name) ?? Promise.resolve()).then(held);
      locks.set(name, turn);
    },
    tabGround: () => tabs,
    fire: (event) => listeners.forEach((listener) => listener(event)),
  };
  return browser;
}
