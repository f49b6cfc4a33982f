/** Web push of this browser: its state (P26), switching it on and off, keeping it right (P15). */
import { computed, signal } from "@preact/signals";
import { type Clock, delay } from "../shared/clock.ts";
import { ApiFailure, failureOf } from "./api.ts";
import type { BrowserSubscription, PushBrowser } from "./push_browser.ts";
import type { Api, PushModel, PushState } from "./types.ts";

export { realPushBrowser } from "./push_browser.ts";

/** A browser whose push service can't be reached never answers. */
const SUBSCRIBE_MS = 20_000;
const LEAVE_MS = 3000;
/** "Not now" holds this long. */
const LATER_MS = 30 * 24 * 3600 * 1000;
/** Notes in the browser: whose push is on here, and until when the soft prompt stays away. */
const OWNER = "skilllink-push";
const LATER = "skilllink-push-later";

export interface PushOptions {
  browser: PushBrowser;
  api: Api;
  clock: Clock;
  /** base64url; null: not offered. */
  vapidKey: string | null;
  userId: string;
}

/** The model, and the wires that the page's model holds. */
export interface PushKeeper extends Omit<PushModel, "test"> {
  /** Registers the worker and finds out the state. Never asks. */
  start(): Promise<void>;
  /** Off for good, at sign-out; what does not work is let be. */
  leave(): Promise<void>;
}

export function createPush(options: PushOptions): PushKeeper {
  const { browser, api, clock, vapidKey, userId } = options;
  const state = signal<PushState>({ kind: "unknown" });
  const later = signal(true);

  async function look(): Promise<PushState> {
    if (vapidKey === null) return { kind: "unsupported" };
    const support = browser.support();
    if (support === "needs_install") return { kind: "needs_install" };
    if (support === "no") return { kind: "unsupported" };
    if (browser.permission() === "denied") return { kind: "denied" };
    const owner = browser.recall(OWNER);
    const known = await browser.subscription();
    if (known && owner !== null && owner !== userId) {
      // Somebody else's, left behind on a shared machine: not to be shown to this person.
      await known.unsubscribe();
      return { kind: "off" };
    }
    if (!known) return { kind: owner === userId ? "needs_resubscribe" : "off" };
    return usable(known) ? await tell(known) : await subscribe(known);
  }

  const usable = ({ key }: BrowserSubscription) =>
    vapidKey !== null && (key === null || sameBytes(key, bytesOf(vapidKey)));

  async function tell(subscription: BrowserSubscription): Promise<PushState> {
    const made = { ...subscription.toJSON(), applicationServerKey: vapidKey ?? undefined };
    const deviceId = await api.subscribe(made);
    browser.note(OWNER, userId);
    return { kind: "on", deviceId };
  }

  /** One of another key has to go first, else the browser refuses (P15). */
  async function subscribe(known: BrowserSubscription | null): Promise<PushState> {
    if (vapidKey === null) return { kind: "unsupported" };
    if (known) await known.unsubscribe();
    const made = await Promise.race([
      browser.subscribe(bytesOf(vapidKey)),
      delay(clock, SUBSCRIBE_MS).then(() => null),
    ]);
    if (!made) throw new ApiFailure({ code: "timeout", requestId: null }, "no push service");
    return await tell(made);
  }

  async function follow(work: Promise<PushState>, otherwise?: PushState): Promise<void> {
    try {
      state.value = await work;
    } catch (error) {
      state.value = otherwise ?? { kind: "failed", failure: failureOf(error) };
    }
  }

  async function turnOn(): Promise<PushState> {
    const permission = await browser.ask();
    if (permission !== "granted") return { kind: permission === "denied" ? "denied" : "off" };
    const known = await browser.subscription();
    return known && usable(known) ? await tell(known) : await subscribe(known);
  }

  async function turnOff(): Promise<PushState> {
    const known = await browser.subscription();
    browser.note(OWNER, null);
    if (known) {
      // The browser first: whatever becomes of the request, nothing is shown here any more.
      await known.unsubscribe();
      await api.unsubscribe(known.endpoint);
    }
    return { kind: "off" };
  }

  return {
    state,
    suggest: computed(() => state.value.kind === "off" && !later.value),
    dismiss() {
      browser.note(LATER, String(clock.now() + LATER_MS));
      later.value = true;
    },
    enable() {
      const { kind } = state.peek();
      if (kind === "asking" || kind === "unsupported" || kind === "needs_install") return;
      state.value = { kind: "asking" };
      void follow(turnOn());
    },
    disable() {
      if (state.peek().kind === "asking") return;
      void follow(turnOff());
    },
    async start() {
      later.value = Number(browser.recall(LATER) ?? 0) > clock.now();
      await browser.register().catch(() => {});
      // What can't be found out now must not claim that push is on.
      const unsure = (): PushState =>
        browser.recall(OWNER) === userId ? { kind: "needs_resubscribe" } : { kind: "off" };
      const again = () => follow(look(), unsure());
      if (vapidKey !== null && browser.support() === "yes") {
        browser.onPermission(() => void again());
      }
      await again();
    },
    async leave() {
      const isMine = state.peek().kind === "on" || browser.recall(OWNER) === userId;
      if (!isMine) return;
      // Signing out does not wait for a browser that never answers: the server forgets it as well.
      const late = delay(clock, LEAVE_MS).then((): PushState => ({ kind: "off" }));
      await follow(Promise.race([turnOff(), late]), { kind: "off" });
    },
  };
}

/** base64url to bytes. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
