/** How the log scrolls: sticks to the end, keeps the pixel elsewhere, loads and marks as read. */
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ConversationModel, MessageView } from "../../lib/client/types.ts";
import {
  type Anchor,
  applyMemory,
  distanceToEnd,
  distanceToStart,
  firstSeenSeq,
  isAtEnd,
  lastSeenSeq,
  restoreAnchor,
  settleRows,
  takeAnchor,
  takeMemory,
} from "./scroll_anchor.ts";

/** Older messages are fetched when fewer screens than this are left above. */
const AHEAD_SCREENS = 1.5;

/** What the log shows of its scrolling. */
export interface LogScroll {
  onScroll: () => void;
  toEnd: () => void;
  toDivider: () => void;
  /** Not at the newest message. */
  away: Signal<boolean>;
  /** Messages of others that came since one left the end. */
  newCount: Signal<number>;
  /** The first message that is shown while the "New" line is above it, and not seen yet; else 0. */
  belowDivider: Signal<number>;
}

const newestSeq = (messages: readonly MessageView[]) =>
  messages.findLast((view) => view.message.seq > 0)?.message.seq ?? 0;

/**
 * `hydrated` false: the log was drawn by the server and is at its end already, whatever was
 * remembered.
 */
export function useLogScroll(
  ref: RefObject<HTMLDivElement>,
  conversation: ConversationModel,
  hydrated: boolean,
): LogScroll {
  const away = useSignal(false);
  const newCount = useSignal(0);
  const belowDivider = useSignal(0);
  const messages = conversation.messages.value;
  const target = conversation.target.value;
  const divider = conversation.dividerSeq.value;
  /** The newest message that was there when one was last at the end. */
  const seen = useRef(newestSeq(messages));
  const lastOwnKey = useRef(messages.findLast((view) => view.own)?.key);
  const anchor = useRef<Anchor | null>(null);
  const mounted = useRef(false);
  const frame = useRef(0);
  /** Of the log, when it was last looked at. */
  const size = useRef("");
  // Once the line was in view, the hint that leads to it has done its work.
  const dividerSeen = useRef(false);

  // Drawing runs before the page changes: this is where the message under the eye still is.
  if (ref.current && mounted.current && away.peek()) anchor.current = takeAnchor(ref.current);

  // The composer comes, grows and shrinks below: the end stays at the end by itself, and what is
  // read further up stays at its pixel.
  const keepPlace = (log: HTMLElement) => {
    const changed = size.current !== "" && size.current !== sizeOf(log);
    size.current = sizeOf(log);
    const { scroll } = conversation;
    if (changed && scroll && !scroll.atEnd) applyMemory(log, scroll);
  };

  const look = () => {
    const log = ref.current;
    if (!log) return;
    keepPlace(log);
    conversation.scroll = takeMemory(log);
    const atEnd = isAtEnd(log) && !conversation.hasNewer.peek();
    const newest = newestSeq(conversation.messages.peek());
    if (atEnd) seen.current = newest;
    away.value = !atEnd;
    newCount.value = atEnd ? 0 : countNew(conversation.messages.peek(), seen.current);
    lookForDivider(log);
    if (document.visibilityState === "visible") {
      if (atEnd) conversation.markRead();
      else {
        const upTo = lastSeenSeq(log);
        if (upTo > conversation.row.peek().readSeq) conversation.markRead(upTo);
      }
    }
    const ready = conversation.loading.peek() === "none";
    const ahead = log.clientHeight * AHEAD_SCREENS;
    if (ready && conversation.hasOlder.peek() && distanceToStart(log) < ahead) {
      conversation.loadOlder();
    } else if (ready && conversation.hasNewer.peek() && distanceToEnd(log) < ahead) {
      conversation.loadNewer();
    }
  };

  const lookForDivider = (log: HTMLElement) => {
    const seq = conversation.dividerSeq.peek();
    if (seq === null || dividerSeen.current) {
      belowDivider.value = 0;
      return;
    }
    const line = log.querySelector("[data-new-line]");
    const box = log.getBoundingClientRect();
    const top = line?.getBoundingClientRect().top;
    if (top !== undefined && top >= box.top && top < box.bottom) dividerSeen.current = true;
    const above = !dividerSeen.current && (top === undefined || top < box.top);
    belowDivider.value = above ? firstSeenSeq(log) : 0;
  };

  useLayoutEffect(() => {
    const log = ref.current;
    if (!log) return;
    const own = conversation.messages.peek().findLast((view) => view.own)?.key;
    const sent = own !== undefined && own !== lastOwnKey.current && mounted.current;
    lastOwnKey.current = own;
    if (!mounted.current) {
      mounted.current = true;
      if (hydrated) applyMemory(log, conversation.scroll);
    } else if (target !== null && bringIntoView(log, target)) {
      conversation.target.value = null;
    } else if (sent && !conversation.hasNewer.peek()) {
      log.scrollTop = 0;
    } else if (anchor.current && away.peek()) {
      restoreAnchor(log, anchor.current);
    }
    anchor.current = null;
    look();
  }, [messages, target, divider]);

  useEffect(() => {
    const log = ref.current;
    if (!log) return;
    let second = 0;
    const first = requestAnimationFrame(() => {
      settleRows(log);
      second = requestAnimationFrame(() => {
        settleRows(log);
      });
    });
    return () => {
      cancelAnimationFrame(first);
      cancelAnimationFrame(second);
    };
  }, [messages]);

  useEffect(() => {
    const log = ref.current;
    if (!log) return;
    const resized = new ResizeObserver(() => keepPlace(log));
    resized.observe(log);
    const onVisible = () => look();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      resized.disconnect();
      document.removeEventListener("visibilitychange", onVisible);
      cancelAnimationFrame(frame.current);
    };
  }, []);

  return {
    away,
    newCount,
    belowDivider,
    onScroll() {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(() => {
        look();
        if (ref.current) settleRows(ref.current);
      });
    },
    toEnd() {
      if (conversation.hasNewer.peek()) conversation.jumpToEnd();
      ref.current?.scrollTo({ top: 0, behavior: glide() });
    },
    toDivider() {
      const line = ref.current?.querySelector("[data-new-line]");
      const seq = conversation.dividerSeq.peek();
      if (line) line.scrollIntoView({ block: "start", behavior: glide() });
      else if (seq !== null) conversation.jump(seq);
    },
  };
}

const glide = (): ScrollBehavior =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";

const sizeOf = (log: HTMLElement) => `${log.clientWidth} ${log.clientHeight}`;

const countNew = (messages: readonly MessageView[], after: number) =>
  messages.filter((view) => !view.own && view.message.seq > after).length;

/** Shows the message of a seq in the middle, and marks it for a moment. False: it is not there. */
function bringIntoView(log: HTMLElement, seq: number): boolean {
  const row = log.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  if (!row) return false;
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  row.setAttribute("data-target", "");
  row.addEventListener("animationend", () => row.removeAttribute("data-target"), { once: true });
  return true;
}
