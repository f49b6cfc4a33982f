import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { moveFocus } from "../chat/move_focus.ts";
import type { IconNode } from "../icon_nodes.ts";
import { Icon } from "./Icon.tsx";

/** Between the menu and the edges of the window. */
const MARGIN_PX = 8;

/** One thing that can be done. */
export interface MenuItem {
  icon: IconNode;
  label: string;
  /** Beside it, quieter: a time for example. */
  hint?: string;
  danger?: boolean;
  /** The icon is mirrored in right-to-left pages. */
  flip?: boolean;
  act: () => void;
}

/**
 * What can be done with something: a menu at a place of the window (CSS pixels), a sheet from below
 * on a phone. Modal, so that the focus stays in it and comes back where it was. Opens at once.
 */
export function ActionMenu(
  { label, x, y, items, children, onClose }: {
    label: string;
    x: number;
    y: number;
    items: readonly MenuItem[];
    /** What it is about, above the items. */
    children?: ComponentChildren;
    onClose: () => void;
  },
) {
  const element = useRef<HTMLDialogElement>(null);
  /** A press has begun here: the finger whose long press opened it is lifted over it as well. */
  const pressed = useRef(false);
  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const { width, height } = dialog.getBoundingClientRect();
    const within = (at: number, size: number, room: number) =>
      Math.max(MARGIN_PX, Math.min(at, room - size - MARGIN_PX));
    dialog.style.left = `${within(x, width, innerWidth)}px`;
    dialog.style.top = `${within(y, height, innerHeight)}px`;
  }, []);
  return (
    <dialog
      ref={element}
      class="action-menu"
      aria-label={label}
      onClose={onClose}
      onPointerDownCapture={() => pressed.current = true}
      onClickCapture={(event) => {
        // A click by the keyboard has no presses to count.
        if (!pressed.current && event.detail > 0) event.stopPropagation();
        else if (event.target === event.currentTarget) event.currentTarget.close();
      }}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => moveFocus(event, "[role=menuitem]")}
    >
      {children && (
        <div class="border-b border-line px-4 pt-3 pb-2 text-sm text-muted">{children}</div>
      )}
      <div role="menu" aria-label={label} class="p-1.5">
        {items.map(({ icon, label, hint, danger, flip, act }, index) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            autofocus={index === 0}
            onClick={() => {
              element.current?.close();
              act();
            }}
            class={`flex min-h-11 w-full items-center gap-3 rounded-control px-3 text-start
              hover:bg-hover pane:min-h-9 ${danger ? "text-danger" : ""}`}
          >
            <Icon of={icon} size={18} flip={flip} />
            <span class="grow">{label}</span>
            {hint && <span class="text-sm whitespace-nowrap text-muted">{hint}</span>}
          </button>
        ))}
      </div>
    </dialog>
  );
}
