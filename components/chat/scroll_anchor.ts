/**
 * Holds what is read at its pixel while the log changes. The log is a reversed column
 * (styles/conversation.css): its scrollTop is 0 at the newest message and negative above.
 */
import type { ScrollMemory } from "../../lib/client/types.ts";

/** A message and how far its top is below the top of the log, in CSS pixels. */
export interface Anchor {
  element: Element;
  offset: number;
}

/** Nearer to the end than this counts as being there. */
const END_SLACK = 24;

export const distanceToEnd = (log: Element) => Math.abs(log.scrollTop);
export const isAtEnd = (log: Element) => distanceToEnd(log) <= END_SLACK;

/** How much lies above what is shown. */
export function distanceToStart(log: Element): number {
  return log.scrollHeight - log.clientHeight - distanceToEnd(log);
}

/** The rows of messages, in order. */
export function rowsOf(log: Element): HTMLCollectionOf<Element> {
  return log.getElementsByClassName("message");
}

/** The first row that reaches below `y` (of the window). Rows are in order, so it is halved. */
function firstBelow(rows: HTMLCollectionOf<Element>, y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first message that can be seen, and where; null in an empty log. */
export function takeAnchor(log: Element): Anchor | null {
  const rows = rowsOf(log);
  const top = log.getBoundingClientRect().top;
  const element = rows[firstBelow(rows, top)];
  return element ? { element, offset: element.getBoundingClientRect().top - top } : null;
}

/** Scrolls so that the anchor is where it was. False: it is no longer there. */
export function restoreAnchor(log: Element, anchor: Anchor): boolean {
  if (!log.contains(anchor.element)) return false;
  const moved = anchor.element.getBoundingClientRect().top - log.getBoundingClientRect().top -
    anchor.offset;
  if (Math.abs(moved) >= 0.5) log.scrollTop += moved;
  return true;
}

/**
 * Lets the browser skip rows that a whole frame has shown it the size of, and that are a screen away
 * or more. Not nearer ones: what is told to be skippable is left out for one frame, even where it
 * can be seen. Call it in animation frames.
 */
export function settleRows(log: Element): void {
  const { top, bottom, height } = log.getBoundingClientRect();
  const far = [...log.querySelectorAll(".message:not([data-settled])")].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.bottom < top - height || box.top > bottom + height;
  });
  const frame = String(document.timeline.currentTime);
  for (const row of far) {
    const since = row.getAttribute("data-laid");
    if (since === null) row.setAttribute("data-laid", frame);
    else if (since !== frame) row.setAttribute("data-settled", "");
  }
}

/** Where one is, to come back to. */
export function takeMemory(log: Element): ScrollMemory {
  if (isAtEnd(log)) return { atEnd: true };
  const anchor = takeAnchor(log);
  const key = anchor?.element.getAttribute("data-key");
  return anchor && key ? { atEnd: false, key, offset: anchor.offset } : { atEnd: true };
}

/** Goes back to where one was; to the end where that is not loaded. */
export function applyMemory(log: Element, memory: ScrollMemory | null): void {
  if (memory && !memory.atEnd) {
    const element = log.querySelector(`[data-key="${CSS.escape(memory.key)}"]`);
    if (element && restoreAnchor(log, { element, offset: memory.offset })) return;
  }
  log.scrollTop = 0;
}

/** The seq of the first message that can be seen whole or in part; 0: none. */
export function firstSeenSeq(log: Element): number {
  return Number(takeAnchor(log)?.element.getAttribute("data-seq") ?? 0);
}

/** The seq of the last message that can be seen whole or in part; 0: none. */
export function lastSeenSeq(log: Element): number {
  const rows = rowsOf(log);
  const bottom = log.getBoundingClientRect().bottom;
  for (let index = Math.min(firstBelow(rows, bottom), rows.length - 1); index >= 0; index--) {
    const row = rows[index];
    const seq = Number(row?.getAttribute("data-seq"));
    if (row && seq > 0 && row.getBoundingClientRect().bottom <= bottom + 8) return seq;
  }
  return 0;
}
