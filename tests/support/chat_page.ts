/** The chat page as a person sees it: what tests of it say instead of selectors. */
import type { Locator, Page, WebSocket } from "playwright-core";
import { PATIENCE_MS } from "./browser.ts";

/** What has become of an own message. */
export type Shown = "sending" | "sent" | "delivered" | "read" | "failed";

/**
 * Does something that opens a page, and resolves when that page is connected and has what it missed:
 * from then on it is alive.
 */
export async function untilOnline(page: Page, act: () => Promise<unknown>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onSocket = (socket: WebSocket) =>
    socket.on("framereceived", ({ payload }) => {
      if (`${payload}`.includes('"type":"resumed"')) resolve();
    });
  const timer = setTimeout(
    () => reject(new Error(`${page.url()} did not come online`)),
    PATIENCE_MS,
  );
  page.on("websocket", onSocket);
  try {
    await act();
    await promise;
  } finally {
    clearTimeout(timer);
    page.off("websocket", onSocket);
  }
}

/** A page of the product, for somebody who is signed in. */
export async function openPage(page: Page, path: string): Promise<void> {
  await untilOnline(page, () => page.goto(path));
}

/** What one does on the chat page. */
export interface ChatPage {
  readonly log: Locator;
  readonly composer: Locator;
  readonly list: Locator;
  /** Loads it. */
  open(id?: string): Promise<void>;
  /** Finds a person by the search box and opens the conversation. */
  find(name: string): Promise<void>;
  row(name: string): Locator;
  openRow(name: string): Promise<void>;
  /** Types and presses Enter. */
  send(text: string): Promise<void>;
  /** Messages with this text. */
  message(text: string): Locator;
  /** Resolves when the message is there; in the state, if one is named. */
  see(text: string, state?: Shown): Promise<void>;
  /** The texts of all messages, in order. */
  texts(): Promise<string[]>;
  /** The count of the rail's entry, "" for none. */
  badge(entry: "Chat" | "Notifications"): Promise<string>;
}

/** The chat page in a window. */
export function chatPage(page: Page): ChatPage {
  const log = page.getByRole("log");
  const composer = page.locator("#composer");
  const list = page.getByRole("navigation", { name: "Conversations" });
  const message = (text: string) =>
    log.locator(".message").filter({ has: page.locator(".bubble", { hasText: exactly(text) }) });
  const row = (name: string) => list.getByRole("link").filter({ hasText: name });
  return {
    log,
    composer,
    list,
    message,
    row,
    open: (id) => openPage(page, id === undefined ? "/chat" : `/chat/${encodeURIComponent(id)}`),
    async find(name) {
      await page.getByRole("combobox").fill(name);
      await page.getByRole("option", { name, exact: true }).click();
      await composer.waitFor();
    },
    async openRow(name) {
      await row(name).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
    },
    async send(text) {
      await composer.fill(text);
      await composer.press("Enter");
    },
    async see(text, state) {
      const found = message(text);
      await (state ? found.and(page.locator(`[data-state="${state}"]`)) : found).first().waitFor();
    },
    texts: () =>
      log.locator(".bubble").evaluateAll((bubbles) =>
        bubbles.map((bubble) => (bubble as HTMLElement).innerText)
      ),
    badge: (entry) =>
      page.locator(".rail-item").filter({ hasText: entry }).evaluate((item) =>
        item.querySelector("[data-badge] [aria-hidden]")?.textContent ?? ""
      ),
  };
}

/**
 * Words with a name in them. Names are wrapped in marks that nobody sees, which keep a right-to-left
 * name from turning the sentence around (UAX #9, isolates).
 */
export function saying(text: string): RegExp {
  return new RegExp(escaped(text).replaceAll(" ", "[\\s\u2068\u2069]+"));
}

/** Resolves when the window's title fits: counts get there a moment after what they count. */
export async function untilTitle(page: Page, fits: RegExp, what: string): Promise<void> {
  await eventually(page, async () => fits.test(await page.title()), true, `${what} (${fits})`);
}

/** Resolves when what has the focus has this id. */
export async function untilFocused(page: Page, id: string): Promise<void> {
  await page.waitForFunction((id) => document.activeElement?.id === id, id);
}

/**
 * Resolves when the text has been on the page, were it for a moment only: call it before that moment
 * can come. Marks that isolate names do not count.
 */
export async function glimpse(page: Page, text: string): Promise<void> {
  await page.evaluate(async ({ text, ms }) => {
    const isThere = () =>
      (document.body.textContent ?? "").replaceAll(/[\u2068\u2069]/g, "").includes(text);
    if (isThere()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`"${text}" was never there`)), ms);
      const observer = new MutationObserver(() => {
        if (!isThere()) return;
        observer.disconnect();
        clearTimeout(timer);
        resolve();
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, { text, ms: PATIENCE_MS });
}

/** The whole text, whatever its characters mean to a pattern. */
function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${escaped(text)}\\s*$`);
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Resolves when `look` gives `wanted`; asks again at each frame of the page. */
export async function eventually<T>(
  page: Page,
  look: () => Promise<T>,
  wanted: T,
  what: string,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let last = await look();
  while (last !== wanted) {
    if (performance.now() > deadline) {
      throw new Error(`${what}: expected ${JSON.stringify(wanted)}, saw ${JSON.stringify(last)}`);
    }
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    last = await look();
  }
}
