/**
 * The sockets of one tab, through the one that this browser has (R10: a person has 20 sockets, and
 * may have more tabs). The tab that holds a lock leads; the lock goes to the next one when it is
 * closed, crashes, or sleeps, and is taken from one that does not answer. A tab that finds another
 * leader sees its socket closed, connects through that one, and resumes from what it has itself: so
 * nothing is lost or doubled between two leaders.
 */
import type { Timer } from "../../shared/clock.ts";
import { closeCode } from "../../shared/limits.ts";
import {
  type Browser,
  newId,
  type SocketEvents,
  type SocketLike,
  type TabGround,
} from "../browser.ts";
import { createRelay, type Relay } from "./relay.ts";
import type { FromLeader, ToLeader } from "./tab_messages.ts";

/** A leader that has not answered by then sleeps or hangs; up to half of it again, by chance. */
const ANSWER_MS = 2000;

export interface SocketSource {
  /** As `Browser.openSocket`; one at a time. */
  open(protocols: string[], events: SocketEvents): SocketLike;
  /** The page may sleep: whatever it holds for others is given up. The next `open` comes back. */
  leave(): void;
  /** The session is over: so it is in the other tabs. */
  end(): void;
}

/** This tab's socket of number `n`. */
interface OwnSocket {
  n: number;
  events: SocketEvents;
  protocols: string[];
  /** Who has it; 0: nobody yet. */
  lead: number;
  /** The server's greeting was heard: what comes before that belongs to others. */
  greeted: boolean;
  timer: Timer;
}

/**
 * `name`: the same in all tabs that may share; `gone` hears that another of them is no more. Without
 * what sharing needs each tab has a socket of its own.
 */
export function shareSocket(browser: Browser, name: string, gone: () => void): SocketSource {
  const ground = browser.tabGround();
  return ground
    ? sharedSocket(browser, name, gone, ground)
    : { open: browser.openSocket, leave() {}, end() {} };
}

function sharedSocket(
  browser: Browser,
  name: string,
  gone: () => void,
  ground: TabGround,
): SocketSource {
  const { clock } = browser;
  const me = newId(clock.now());
  /** While this tab takes part; aborted when it leaves. */
  let stay: AbortController | null = null;
  let channel: ReturnType<TabGround["channel"]> | null = null;
  /** The own lock is held, so others notice when this tab is gone. */
  let known = false;
  /** The newest leader that was heard. */
  let newest = 0;
  let relay: Relay | null = null;
  /** Ends the wait for the lock of the leader, or gives it back. */
  let yieldLead = () => {};
  let socket: OwnSocket | null = null;
  let sockets = 0;

  /** Holds a lock until `signal` is aborted. */
  const hold = (signal: AbortSignal, then: () => void) => () =>
    new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener("abort", () => resolve());
      then();
    });

  function join(): void {
    if (stay) return;
    const { signal } = stay = new AbortController();
    channel = ground.channel(name, (data) => {
      const message = data as ToLeader | FromLeader;
      if ("lead" in message) hear(message);
      else relay?.take(message);
    });
    ground.lock(
      `${name} ${me}`,
      { signal },
      hold(signal, () => {
        known = true;
        if (socket) ask({ kind: "open", protocols: socket.protocols });
      }),
    ).catch(() => {});
    stand();
  }

  /** Waits for its turn to lead, or takes it. */
  function stand(steal = false): void {
    yieldLead();
    const turn = new AbortController();
    const { signal } = turn;
    yieldLead = () => turn.abort();
    const options = steal ? { steal } as const : { signal };
    ground.lock(`${name} lead`, options, hold(signal, lead)).catch(() => {
      // Stolen: this tab has slept, or hung.
      if (!signal.aborted) follow();
    });
  }

  function lead(): void {
    newest = Math.max(newest + 1, clock.now());
    relay?.close();
    relay = createRelay({
      lead: newest,
      open: browser.openSocket,
      post,
      watch: (tab, signal, gone) =>
        void ground.lock(`${name} ${tab}`, { signal }, () => Promise.resolve(gone()))
          .catch(() => {}),
    });
    post({ lead: newest, kind: "here" });
  }

  function follow(): void {
    relay?.close();
    relay = null;
    stand();
  }

  function post(message: FromLeader): void {
    channel?.post(message);
    queueMicrotask(() => hear(message));
  }

  type Words<T> = T extends unknown ? Omit<T, "from" | "n"> : never;
  function ask(words: Words<ToLeader>): void {
    if (!socket || !known) return;
    const message = { ...words, from: me, n: socket.n } as ToLeader;
    if (relay) relay.take(message);
    else channel?.post(message);
  }

  function close(code: number): void {
    const closed = socket;
    socket = null;
    closed?.timer.cancel();
    closed?.events.close(code);
  }

  function hear(message: FromLeader): void {
    const { lead, to, n, kind } = message;
    if (lead < newest) return;
    newest = lead;
    if (relay && relay.lead < lead) follow();
    if (!socket || (to !== undefined && (to !== me || n !== socket.n))) return;
    if (socket.lead !== lead) {
      if (socket.lead !== 0) return close(1006);
      if (to === undefined) {
        if (kind === "here") ask({ kind: "open", protocols: socket.protocols });
        return;
      }
      socket.lead = lead;
      socket.timer.cancel();
    }
    if (kind === "gone") gone();
    else if (kind === "closed") close(message.code);
    else if (kind === "frames") {
      socket.greeted ||= message.frames.some(({ type }) => type === "connected");
      if (socket.greeted) socket.events.message(message.frames);
    }
  }

  return {
    open(protocols, events) {
      const own = socket = {
        n: ++sockets,
        events,
        protocols,
        lead: 0,
        greeted: false,
        timer: clock.after(ANSWER_MS * (1 + browser.random() / 2), () => stand(true)),
      };
      join();
      ask({ kind: "open", protocols });
      return {
        send: (text) => socket === own && ask({ kind: "text", text }),
        close() {
          if (socket !== own) return;
          own.timer.cancel();
          ask({ kind: "close" });
          socket = null;
        },
      };
    },
    leave() {
      if (!stay) return;
      yieldLead();
      relay?.close();
      stay.abort();
      channel?.close();
      stay = channel = relay = null;
      known = false;
    },
    end: () => channel?.post({ lead: newest, kind: "closed", code: closeCode.unauthenticated }),
  };
}
