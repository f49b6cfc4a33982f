/** What asks for the actions of a message: a long press, a right click, the context-menu key. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** A finger that rests this long, and no farther than this away, presses long. */
const LONG_PRESS_MS = 500;
const SLACK_PX = 10;

/** The message whose actions are wanted, and where (CSS pixels of the window). */
export interface MenuPlace {
  key: string;
  x: number;
  y: number;
}

/** Handlers for the log; rows are found by their `data-key`. */
export interface MessageMenu {
  place: Signal<MenuPlace | null>;
  onContextMenu: (event: MouseEvent) => void;
  onPointerDown: (event: PointerEvent) => void;
  onPointerMove: (event: PointerEvent) => void;
  /** For everything that ends a press. */
  onPointerEnd: () => void;
}

export function useMessageMenu(): MessageMenu {
  const place = useSignal<MenuPlace | null>(null);
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(
    null,
  );

  const show = (target: EventTarget | null, x: number, y: number): boolean => {
    const row = target instanceof Element ? target.closest<HTMLElement>(".message") : null;
    const key = row?.dataset.key;
    if (!row || key === undefined) return false;
    // The key that opens menus tells no place.
    const box = row.querySelector(".bubble")?.getBoundingClientRect();
    place.value = x === 0 && y === 0 && box
      ? { key, x: box.left + 16, y: box.bottom - 8 }
      : { key, x, y };
    return true;
  };
  const rest = () => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  useEffect(() => rest, []);

  return {
    place,
    onContextMenu(event) {
      const { target } = event;
      const touched = press.current !== null;
      // Links, and text that was selected, have the browser's own menu.
      const onLink = target instanceof Element && target.closest("a[href]") !== null;
      const selected = getSelection()?.isCollapsed === false;
      if (!touched && (onLink || selected)) return;
      rest();
      const byKey = "pointerType" in event && event.pointerType === "";
      if (show(target, byKey ? 0 : event.clientX, byKey ? 0 : event.clientY)) {
        event.preventDefault();
      }
    },
    onPointerDown(event) {
      rest();
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const { target, clientX: x, clientY: y } = event;
      const timer = setTimeout(() => {
        rest();
        show(target, x, y);
      }, LONG_PRESS_MS);
      press.current = { x, y, timer };
    },
    onPointerMove({ clientX, clientY }) {
      const { x = clientX, y = clientY } = press.current ?? {};
      if (Math.hypot(clientX - x, clientY - y) > SLACK_PX) rest();
    },
    onPointerEnd: rest,
  };
}
