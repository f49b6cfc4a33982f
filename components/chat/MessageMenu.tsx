import "../bundle.ts";
import { useLayoutEffect, useRef } from "preact/hooks";
import { clockTime, isolate } from "../../lib/shared/i18n/format.ts";
import type { MessageView } from "../../lib/client/types.ts";
import { copy, type IconNode, reply, retry, trash } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { useView } from "../ui/view.tsx";
import { oneLine } from "./conversation_names.ts";
import type { MessageActions } from "./MessageRow.tsx";
import { moveFocus } from "./move_focus.ts";

/** Between the menu and the edges of the window. */
const MARGIN_PX = 8;

interface Item {
  icon: IconNode;
  label: string;
  danger?: boolean;
  act: (view: MessageView) => void;
}

/**
 * The actions of one message: a menu at the pointer, a sheet from below on a phone. Modal, so that
 * the focus stays in it and comes back where it was.
 */
export function MessageMenu(
  { view, x, y, actions, onClose }: {
    view: MessageView;
    x: number;
    y: number;
    actions: MessageActions;
    onClose: () => void;
  },
) {
  const { t, format } = useView();
  const d = useDialogWords();
  const element = useRef<HTMLDialogElement>(null);
  /** A press has begun here: the finger whose long press opened it is lifted over it as well. */
  const pressed = useRef(false);
  const { message, own, state } = view;
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

  const items: Item[] = [];
  if (message.deletedAt === null) {
    if (message.seq > 0) items.push({ icon: reply, label: t.message.reply, act: actions.reply });
    items.push({ icon: copy, label: t.message.copy, act: actions.copy });
  }
  if (state === "failed") {
    items.push(
      { icon: retry, label: t.message.retry, act: actions.retry },
      { icon: trash, label: t.message.discard, danger: true, act: actions.discard },
    );
  }
  const name = own ? t.common.you : message.sender.name;
  return (
    <dialog
      ref={element}
      class="message-menu"
      aria-label={d.actions.title}
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
      <div class="border-b border-line px-4 pt-3 pb-2 text-sm text-muted">
        <p class="truncate font-medium">
          {t.message.at(isolate(name), clockTime(format, Date.parse(message.createdAt)))}
        </p>
        <p class="line-clamp-2 wrap-anywhere" dir="auto">{oneLine(message, t)}</p>
      </div>
      <div role="menu" aria-label={d.actions.title} class="p-1.5">
        {items.map(({ icon, label, danger, act }, index) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            autofocus={index === 0}
            onClick={() => {
              element.current?.close();
              act(view);
            }}
            class={`flex min-h-11 w-full items-center gap-3 rounded-control px-3 text-start
              hover:bg-hover pane:min-h-9 ${danger ? "text-danger" : ""}`}
          >
            <Icon of={icon} size={18} flip={icon === reply} />
            {label}
          </button>
        ))}
      </div>
    </dialog>
  );
}
