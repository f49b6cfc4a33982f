/** A browser without a screen on real sockets and real fetch: what a device's page runs in. */
import type { Browser, PageEvent } from "../../../lib/client/browser.ts";
import type { ServerFrame } from "../../../lib/shared/protocol.ts";
import { createFakeBrowser } from "../../../lib/testing/fake_browser.ts";
import { FakeNetwork } from "../../../lib/testing/fake_socket.ts";
import type { FrameFaults } from "./frame_faults.ts";
import type { RunningClock } from "./running_clock.ts";

// Deno's WebSocket takes headers; the DOM's types don't know that.
const SocketWithHeaders = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string>; protocols: string[] },
) => WebSocket;

/** What a page runs in. */
export interface NetworkBrowserOptions {
  /** Asked anew for each connection. */
  origin(): string;
  token: string;
  clock: RunningClock;
  /** Jitter, 0 to 1. */
  random(): number;
  /** Sees each frame as the server sent it. */
  heard(frame: ServerFrame): void;
  /** Sees each text that leaves. */
  faults?: FrameFaults;
}

/** See the header of this module. */
export interface NetworkBrowser extends Browser {
  readonly clock: RunningClock;
  /** How often a socket was opened. */
  readonly opened: number;
  /** Codes with which sockets were closed. */
  readonly closes: number[];
  fire(event: PageEvent): void;
  /** The page is gone: no timer and no socket of it does anything more. */
  dispose(): Promise<void>;
}

export function createNetworkBrowser(options: NetworkBrowserOptions): NetworkBrowser {
  const { origin, token, clock, faults } = options;
  const headers = { authorization: `Bearer ${token}` };
  const listeners: ((event: PageEvent) => void)[] = [];
  const sockets = new Set<WebSocket>();
  const closes: number[] = [];
  let opened = 0;
  let gone = false;
  const browser: NetworkBrowser = {
    ...createFakeBrowser(new FakeNetwork()),
    clock,
    random: options.random,
    get opened() {
      return opened;
    },
    closes,
    fetch: (path, init) =>
      fetch(`${origin()}${path}`, { ...init, headers: { ...init?.headers, ...headers } }),
    onPage: (listener) => void listeners.push(listener),
    fire: (event) => listeners.forEach((listener) => listener(event)),
    openSocket(protocols, events) {
      const url = `${origin().replace("http", "ws")}/api/socket`;
      const socket = new SocketWithHeaders(url, { headers, protocols });
      let isOpen = true;
      sockets.add(socket);
      opened++;
      const deliver = (text: string) => isOpen && !gone && events.message(text);
      const incoming = faults?.incoming(clock, deliver) ?? deliver;
      socket.onmessage = ({ data }) => {
        if (gone) return;
        const parsed: ServerFrame | ServerFrame[] = JSON.parse(data);
        for (const frame of Array.isArray(parsed) ? parsed : [parsed]) options.heard(frame);
        incoming(data);
      };
      socket.onerror = (event) => event.preventDefault();
      socket.onclose = ({ code }) => {
        sockets.delete(socket);
        if (!isOpen || gone) return;
        isOpen = false;
        closes.push(code);
        events.close(code);
      };
      return {
        send(text) {
          if (socket.readyState !== WebSocket.OPEN) return;
          for (const one of faults?.outgoing(text) ?? [text]) socket.send(one);
        },
        close(code) {
          isOpen = false;
          socket.close(code);
        },
      };
    },
    async dispose() {
      browser.fire("freeze");
      gone = true;
      clock.stop();
      const closed = [...sockets].map((socket) =>
        new Promise<void>((resolve) => {
          if (socket.readyState === WebSocket.CLOSED) resolve();
          socket.addEventListener("close", () => resolve());
          socket.close();
        })
      );
      await Promise.all(closed);
    },
  };
  return browser;
}
