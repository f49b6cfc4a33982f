/**
 * Messages on their way. Each is kept in the local store until the server has it, and is sent again
 * with the same clientId as often as it takes (R3 makes that harmless). Within a conversation one is
 * on its way at a time, so order is kept whatever is refused; conversations don't wait for each
 * other. At most 200 wait: one more is not taken, and the text stays with the person.
 *
 * Several tabs share the store. A tab sends what was written in it at once; what it found there
 * (a reload, a closed tab) is sent by the tab that holds the lock, or by any after 5 s. It looks at
 * the start, when it comes online, when the window is seen, and when another tab is gone.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Timer } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors.ts";
import type { ClientFrame } from "../shared/protocol.ts";
import type { Browser } from "./browser.ts";
import type { LocalStore, OutboxEntry } from "./local_store.ts";

const ENTRIES_MAX = 200;
/** A frame without an answer is sent again. */
const ANSWER_MS = 20_000;
const FOUND_WAIT_MS = 5_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** Codes that may be different in a moment. */
const passing: readonly ErrorCode[] = ["rate_limited", "unavailable", "internal"];

export interface OutboxOptions {
  browser: Browser;
  store: LocalStore;
  /** Same name in each tab of this person. */
  lock: string;
  send(frame: ClientFrame): boolean;
  /** Messages wait that are in memory only: the page must not be closed. Called once. */
  onUnkept(): void;
}

export interface Outbox {
  /** In order. */
  readonly entries: ReadonlySignal<readonly OutboxEntry[]>;
  /** False: full. */
  add(entry: Omit<OutboxEntry, "order" | "failed" | "createdAt">): boolean;
  /** The server has it: by its ack, or by the message itself. */
  settle(clientId: string): void;
  /** The server's `error` for it. */
  refuse(clientId: string, code: ErrorCode): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  /** Takes in what is in the store: another tab's, or this page's before it was loaded. */
  sync(): Promise<void>;
  online(): void;
  lost(): void;
  clear(): Promise<void>;
}

/** How an entry travels; not kept. */
interface Way {
  /** Found in the store, maybe another tab's. */
  found?: boolean;
  timer?: Timer;
  /** On its way, or waiting for the timer. */
  busy?: boolean;
  attempts?: number;
}

export function createOutbox({ browser, store, lock, send, onUnkept }: OutboxOptions): Outbox {
  const { clock } = browser;
  const entries = signal<readonly OutboxEntry[]>([]);
  const ways = new Map<string, Way>();
  let isOnline = false;
  let mayFlushFound = false;
  let releaseLock: (() => void) | null = null;
  let foundTimer: Timer | null = null;
  let order = 0;
  /** The store was read once. */
  let synced = false;
  /** `told`: and the person knows. */
  let kept: "yes" | "no" | "told" = "yes";

  const wayOf = (clientId: string): Way => {
    const way = ways.get(clientId) ?? {};
    ways.set(clientId, way);
    return way;
  };
  const find = (clientId: string) => entries.peek().find((entry) => entry.clientId === clientId);

  function keep(entry: OutboxEntry): void {
    void store.putOutbox(entry).then((isKept) => {
      if (!isKept && kept === "yes") kept = "no";
      warn();
    });
  }

  /** Only while they can't be sent: what is gone in a moment is no news. */
  function warn(): void {
    if (kept !== "no" || isOnline || entries.peek().length === 0) return;
    kept = "told";
    onUnkept();
  }

  function change(clientId: string, failed: ErrorCode | null): void {
    entries.value = entries.peek().map((entry) => {
      if (entry.clientId !== clientId) return entry;
      const changed = { ...entry, failed };
      keep(changed);
      return changed;
    });
  }

  function rest(way: Way): void {
    way.timer?.cancel();
    way.busy = false;
  }

  /** Not to be sent again until `ms` have passed. */
  function hold(way: Way, ms: number): void {
    way.timer?.cancel();
    way.busy = true;
    way.timer = clock.after(ms, () => {
      way.busy = false;
      flush();
    });
  }

  function flush(): void {
    if (!isOnline) return;
    const keys = new Set<string>();
    for (const { clientId, key, failed, target, content, replyTo } of entries.peek()) {
      if (failed || keys.has(key)) continue;
      keys.add(key);
      const way = wayOf(clientId);
      if (way.busy || (way.found && !mayFlushFound)) continue;
      const frame = { type: "send" as const, clientId, ...target, content };
      if (!send(replyTo ? { ...frame, replyTo } : frame)) return;
      hold(way, ANSWER_MS);
    }
  }

  function forget(clientId: string): void {
    if (!find(clientId)) return;
    const way = ways.get(clientId);
    if (way) rest(way);
    ways.delete(clientId);
    entries.value = entries.peek().filter((entry) => entry.clientId !== clientId);
    void store.deleteOutbox(clientId);
    flush();
  }

  async function sync(): Promise<void> {
    const stored = await store.listOutbox();
    const isFirst = !synced;
    synced = true;
    const ids = new Set(stored.map(({ clientId }) => clientId));
    const known = entries.peek().filter(({ clientId }) =>
      ids.has(clientId) || !ways.get(clientId)?.found
    );
    const fresh = stored.filter(({ clientId }) => !find(clientId));
    if (fresh.length === 0 && known.length === entries.peek().length) return;
    for (const { clientId } of fresh) wayOf(clientId).found = true;
    const own = known.map((entry) => isFirst ? behind(entry, fresh) : entry);
    for (const entry of fresh) order = Math.max(order, entry.order);
    entries.value = [...own, ...fresh].sort((a, b) => a.order - b.order);
    flush();
  }

  /** What was written since the page came stands behind what it found, whatever the clock says. */
  function behind(entry: OutboxEntry, found: readonly OutboxEntry[]): OutboxEntry {
    const highest = Math.max(0, ...found.map((other) => other.order));
    if (entry.order > highest) return entry;
    order = Math.max(order, highest) + 1;
    const moved = { ...entry, order };
    keep(moved);
    return moved;
  }

  return {
    entries,
    add(entry) {
      if (entries.peek().length >= ENTRIES_MAX) return false;
      order = Math.max(order + 1, clock.now());
      const createdAt = new Date(clock.now()).toISOString();
      const whole: OutboxEntry = { ...entry, order, createdAt, failed: null };
      entries.value = [...entries.peek(), whole];
      keep(whole);
      flush();
      return true;
    },
    settle: forget,
    discard: forget,
    refuse(clientId, code) {
      const way = ways.get(clientId);
      // One that another tab has sent is that tab's.
      if (!way?.busy) return;
      if (passing.includes(code)) {
        const attempts = way.attempts = (way.attempts ?? 0) + 1;
        const ceiling = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (attempts - 1));
        return hold(way, ceiling * (0.5 + browser.random() / 2));
      }
      rest(way);
      change(clientId, code);
      flush();
    },
    retry(clientId) {
      if (!find(clientId)?.failed) return;
      rest(wayOf(clientId));
      change(clientId, null);
      flush();
    },
    sync,
    online() {
      isOnline = true;
      const allow = () => {
        mayFlushFound = true;
        flush();
      };
      foundTimer = clock.after(FOUND_WAIT_MS, allow);
      browser.withLock(lock, () => {
        if (!isOnline || releaseLock) return Promise.resolve();
        allow();
        return new Promise((resolve) => releaseLock = resolve);
      });
      flush();
      void sync();
    },
    lost() {
      isOnline = mayFlushFound = false;
      foundTimer?.cancel();
      releaseLock?.();
      releaseLock = null;
      for (const way of ways.values()) rest(way);
      warn();
    },
    clear() {
      for (const way of ways.values()) rest(way);
      ways.clear();
      entries.value = [];
      return store.clear();
    },
  };
}
