/** What push needs of the browser, as one thing that tests can stand in for. */

/** A subscription of this browser. */
export interface BrowserSubscription {
  readonly endpoint: string;
  /** The key it was made with; null where the browser doesn't tell. */
  readonly key: Uint8Array | null;
  toJSON(): PushSubscriptionJSON;
  unsubscribe(): Promise<boolean>;
}

/** `needs_install`: iOS, outside the Home Screen. */
export type PushSupport = "yes" | "no" | "needs_install";

export interface PushBrowser {
  support(): PushSupport;
  permission(): NotificationPermission;
  /** Asks the person; only from a click. */
  ask(): Promise<NotificationPermission>;
  onPermission(listener: () => void): void;
  /** Registers the worker, also where push is not wanted. */
  register(): Promise<void>;
  subscription(): Promise<BrowserSubscription | null>;
  subscribe(key: Uint8Array<ArrayBuffer>): Promise<BrowserSubscription>;
  /** A note that survives reloads, or null. */
  recall(name: string): string | null;
  /** Null forgets it. */
  note(name: string, value: string | null): void;
}

/** The real one. */
export function realPushBrowser(): PushBrowser {
  const ready = async () => {
    await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    return navigator.serviceWorker.ready;
  };
  return {
    support() {
      const able = "serviceWorker" in navigator && "PushManager" in globalThis &&
        "Notification" in globalThis;
      if (able) return "yes";
      // An iPad says that it is a Mac, but no Mac has touch points.
      const ios = /iPhone|iPad|iPod/.test(navigator.userAgent) ||
        (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
      return ios && !matchMedia("(display-mode: standalone)").matches ? "needs_install" : "no";
    },
    permission: () => Notification.permission,
    ask: () => Notification.requestPermission(),
    onPermission(listener) {
      navigator.permissions?.query({ name: "notifications" })
        .then((status) => status.onchange = listener).catch(() => {});
    },
    async register() {
      if ("serviceWorker" in navigator) await ready();
    },
    async subscription() {
      const known = await (await ready()).pushManager.getSubscription();
      return known && wrapped(known);
    },
    async subscribe(key) {
      const { pushManager } = await ready();
      return wrapped(
        await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
      );
    },
    // Storage is refused altogether in some private windows: then nothing is remembered.
    recall(name) {
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    note(name, value) {
      try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
      } catch {
        return;
      }
    },
  };
}

function wrapped(subscription: PushSubscription): BrowserSubscription {
  const key = subscription.options?.applicationServerKey;
  return {
    endpoint: subscription.endpoint,
    key: key ? new Uint8Array(key) : null,
    toJSON: () => subscription.toJSON(),
    unsubscribe: () => subscription.unsubscribe(),
  };
}
