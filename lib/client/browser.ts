/**
 * What the model needs of the browser, as one thing that tests can stand in for. Nothing is touched
 * before a method is called, so a model can be made on the server too.
 */
import { type Clock, systemClock } from "../shared/clock.ts";

/** The part of a WebSocket that is used. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number): void;
}

/** Told of by a socket; never before `openSocket` has returned. */
export interface SocketEvents {
  message(data: unknown): void;
  /** Once; a connection that could not be made is 1006. */
  close(code: number): void;
}

/** Something that happened to the page as a whole. */
export type PageEvent = "network" | "visibility" | "freeze" | "thaw" | "leave";

export interface Browser {
  readonly clock: Clock;
  /** 0 ≤ n < 1. */
  random(): number;
  fetch: typeof fetch;
  openSocket(protocols: string[], events: SocketEvents): SocketLike;
  networkUp(): boolean;
  /** The window can be seen. */
  visible(): boolean;
  onPage(listener: (event: PageEvent) => void): void;
  /** Path and query of the page. */
  path(): string;
  setTitle(title: string): void;
  /** On the app's icon; 0 takes it away. */
  setBadge(count: number): void;
  /** Closes the OS notifications that `which` picks by the parts of their tags (`message:<id>`). */
  closeShown(which: (kind: string, id: string) => boolean): void;
  /**
   * Runs `held` in one tab at a time, and in this one at once where the browser has no locks; the
   * lock is given back when the promise of `held` settles.
   */
  withLock(name: string, held: () => Promise<void>): void;
  /** What the tabs of this browser have in common; null where it lacks a part of that. */
  tabGround(): TabGround | null;
}

/** Locks and channels between the tabs of one browser. */
export interface TabGround {
  /**
   * Runs `held` while this tab has the lock of that name: once it is free, or at once with `steal`.
   * Rejects when `signal` is aborted before that, or when another tab steals the lock.
   */
  lock(
    name: string,
    options: { signal: AbortSignal } | { steal: true },
    held: () => Promise<void>,
  ): Promise<void>;
  /** Hears what other tabs post there, in the order in which each has posted it. */
  channel(
    name: string,
    hear: (message: unknown) => void,
  ): { post(message: unknown): void; close(): void };
}

/** The real one. */
export function realBrowser(): Browser {
  return {
    clock: systemClock,
    random: Math.random,
    fetch: (input, init) => fetch(input, init),
    openSocket(protocols, events) {
      const url = `${location.origin.replace("http", "ws")}/api/socket`;
      const socket = new WebSocket(url, protocols);
      socket.onmessage = ({ data }) => events.message(data);
      socket.onclose = ({ code }) => events.close(code);
      return socket;
    },
    networkUp: () => navigator.onLine,
    visible: () => document.visibilityState === "visible",
    onPage(listener) {
      addEventListener("online", () => listener("network"));
      addEventListener("offline", () => listener("network"));
      document.addEventListener("visibilitychange", () => listener("visibility"));
      // A phone that goes from one network to another may never say that it was offline.
      const { connection } = navigator as Navigator & { connection?: EventTarget };
      connection?.addEventListener("change", () => listener("network"));
      addEventListener("pagehide", (event) => {
        listener("leave");
        if (event.persisted) listener("freeze");
      });
      addEventListener("pageshow", (event) => event.persisted && listener("thaw"));
      // Page Lifecycle: a hidden tab may be stopped where it stands.
      document.addEventListener("freeze", () => listener("freeze"));
      document.addEventListener("resume", () => listener("thaw"));
    },
    path: () => location.pathname + location.search,
    setTitle: (title) => void (document.title = title),
    setBadge(count) {
      // Refused where the app is not installed: there is no icon then.
      if ("setAppBadge" in navigator) navigator.setAppBadge(count).catch(() => {});
    },
    closeShown(which) {
      navigator.serviceWorker?.getRegistration().then(async (registration) => {
        for (const shown of await registration?.getNotifications() ?? []) {
          const [kind = "", id = ""] = shown.tag.split(/:(.*)/s);
          if (which(kind, id)) shown.close();
        }
      }).catch(() => {});
    },
    withLock(name, held) {
      if (navigator.locks) navigator.locks.request(name, held).catch(() => {});
      else void held();
    },
    tabGround() {
      const { locks } = navigator;
      if (!locks || typeof BroadcastChannel === "undefined") return null;
      return {
        lock: (name, options, held) => locks.request(name, options, held),
        channel(name, hear) {
          const channel = new BroadcastChannel(name);
          channel.onmessage = ({ data }) => hear(data);
          return {
            post: (message) => channel.postMessage(message),
            close: () => channel.close(),
          };
        },
      };
    },
  };
}

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random ones. Ids of messages: in
 * order of time, because rows that are written side by side are written faster.
 */
export function newId(now: number): string {
  // Not `randomUUID`: that is missing on plain http.
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const hex = `${now.toString(16).padStart(12, "0")}7${random.slice(1, 4)}` +
    "89ab"[bytes[9]! & 3] + random.slice(4, 19);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
