/**
 * The leading tab's work: one real socket for the sockets of all tabs.
 *
 * Every tab gets every frame, since taking one twice changes nothing. Three kinds are not simply
 * passed on. A window is visible to the server while any is. Resumes go to the server one after
 * another, and only the tab that asked is told `resumed`: until then the others are told nothing, so
 * that a resume which is cut off leaves none of them with a part of it. And the greeting with the
 * presence behind it is repeated to a tab that comes later.
 */
import { closeCode } from "../../shared/limits.ts";
import type { ClientFrame, ServerFrame } from "../../shared/protocol.ts";
import type { Browser, SocketLike } from "../browser.ts";
import { framesOf } from "../frames_of.ts";
import type { FromLeader, ToLeader } from "./tab_messages.ts";

/** Tabs that one socket serves; another one is told 4011. */
const TABS_MAX = 100;
/** Frames kept during a resume: more than a server sends. Past it all tabs start again. */
const HELD_MAX = 10_000;

export interface RelayOptions {
  lead: number;
  open: Browser["openSocket"];
  /** To all tabs, the own one too. */
  post(message: FromLeader): void;
  /** Calls `gone` once that tab is no more, unless `signal` is aborted before. */
  watch(tab: string, signal: AbortSignal, gone: () => void): void;
}

export interface Relay {
  readonly lead: number;
  take(message: ToLeader): void;
  /** Somebody else leads, or nobody: the real socket is closed, without a word. */
  close(): void;
}

interface Tab {
  n: number;
  visible: boolean;
  watch: AbortController;
}

export function createRelay({ lead, open, post, watch }: RelayOptions): Relay {
  const tabs = new Map<string, Tab>();
  const presence = new Map<string, ServerFrame>();
  let real: SocketLike | null = null;
  /** Number of the real socket: older ones are not heard. */
  let link = 0;
  let greeting: ServerFrame | null = null;
  /** Told to the server; null: nothing yet. */
  let seen: boolean | null = null;
  /** The first one is under way. */
  let resumes: { to: string; n: number; frame: ClientFrame }[] = [];
  let held: ServerFrame[] = [];

  function connect(protocols: string[]): void {
    const own = ++link;
    try {
      real = open(protocols, {
        message: (data) => own === link && receive(data),
        close: (code) => own === link && end(code),
      });
    } catch {
      end(1006);
    }
  }

  /** Closes the real socket, and forgets what was said on it. */
  function drop(code = 1000): void {
    link++;
    real?.close(code);
    real = greeting = seen = null;
    resumes = [];
    held = [];
    presence.clear();
  }

  function end(code: number, ownCode?: number): void {
    drop(ownCode);
    for (const tab of tabs.values()) tab.watch.abort();
    tabs.clear();
    post({ lead, kind: "closed", code });
  }

  function tell(...frames: ClientFrame[]): void {
    const text = JSON.stringify(frames.length === 1 ? frames[0] : frames);
    if (frames.length > 0) real?.send(text);
  }

  /** The `visibility` that the server has to be told, if any. */
  function look(): ClientFrame[] {
    const visible = [...tabs.values()].some((tab) => tab.visible);
    if (visible === seen) return [];
    seen = visible;
    return [{ type: "visibility", visible }];
  }

  function receive(data: unknown): void {
    const frames = framesOf(data);
    if (!frames) return end(closeCode.protocol, closeCode.protocol);
    let now: ServerFrame[] = [];
    const send = () => now.length > 0 && post({ lead, kind: "frames", frames: now });
    for (const frame of frames) {
      const [resume] = resumes;
      if (frame.type === "presence") presence.set(frame.userId, frame);
      if (frame.type === "connected") greeting = frame;
      if (frame.type === "error" && frame.clientId === undefined) {
        // Nothing says what it was that failed: it may have been the resume.
        if (resume) return end(1006);
      } else if (frame.type === "resumed") {
        now.push(...held);
        send();
        held = now = [];
        if (!resume) continue;
        resumes.shift();
        post({ lead, to: resume.to, n: resume.n, kind: "frames", frames: [frame] });
        if (resumes[0]) tell(resumes[0].frame);
      } else if (resume && frame.type !== "pong" && frame.type !== "bye") held.push(frame);
      else now.push(frame);
    }
    send();
    if (held.length > HELD_MAX) end(1006);
  }

  function forget(from: string): void {
    tabs.get(from)?.watch.abort();
    tabs.delete(from);
    resumes = resumes.filter(({ to }, i) => i === 0 || to !== from);
    if (tabs.size === 0) drop();
    else if (seen !== null) tell(...look());
  }

  function welcome({ from, n, protocols }: Extract<ToLeader, { kind: "open" }>): void {
    const known = tabs.get(from);
    const to = { lead, to: from, n };
    if (!known && tabs.size >= TABS_MAX) {
      return post({ ...to, kind: "closed", code: closeCode.tooManySockets });
    }
    known?.watch.abort();
    const tab = { n, visible: false, watch: new AbortController() };
    tabs.set(from, tab);
    watch(from, tab.watch.signal, () => {
      if (tabs.get(from) === tab) forget(from);
      post({ ...to, kind: "closed", code: 1006 });
      post({ lead, kind: "gone" });
    });
    post({ ...to, kind: "here" });
    if (!real) connect(protocols);
    else if (greeting) post({ ...to, kind: "frames", frames: [greeting, ...presence.values()] });
  }

  return {
    lead,
    take(message) {
      const { from, n } = message;
      if (message.kind === "open") return welcome(message);
      const tab = tabs.get(from);
      if (tab?.n !== n) return;
      if (message.kind === "close") return forget(from);
      const frames: ClientFrame[] = [];
      for (const frame of [JSON.parse(message.text)].flat() as ClientFrame[]) {
        if (frame.type === "visibility") {
          tab.visible = frame.visible;
          frames.push(...look());
        } else if (frame.type !== "resume" || resumes.push({ to: from, n, frame }) === 1) {
          frames.push(frame);
        }
      }
      tell(...frames);
    },
    close() {
      for (const tab of tabs.values()) tab.watch.abort();
      tabs.clear();
      drop();
    },
  };
}
