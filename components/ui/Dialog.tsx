import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { x } from "../icon_nodes.ts";
import { IconButton } from "./IconButton.tsx";
import { useView } from "./view.tsx";

/**
 * A modal dialog on the native element: it keeps the focus inside, closes on Escape and on a press
 * beside it, and gives the focus back. A sheet from below on a phone.
 */
export function Dialog(
  { id, open, title, onClose, children }: {
    /** Of the page; the title is `<id>-title`. */
    id: string;
    open: boolean;
    title: ComponentChildren;
    onClose: () => void;
    children: ComponentChildren;
  },
) {
  const { t } = useView();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog || dialog.open === open) return;
    if (open) dialog.showModal();
    else dialog.close();
  }, [open]);
  return (
    <dialog
      id={id}
      ref={element}
      aria-labelledby={`${id}-title`}
      class="dialog"
      onClose={onClose}
      onClick={(event) => {
        // The dialog's own box has no padding, so a press on it is one on the backdrop.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {open && (
        <div class="flex max-h-[85dvh] flex-col">
          <div class="flex items-center justify-between gap-4 ps-5 pe-3 pt-4 pb-2">
            <h2 id={`${id}-title`} class="text-lg font-semibold">{title}</h2>
            <IconButton
              icon={x}
              label={t.common.close}
              onClick={onClose}
              side="bottom"
              align="end"
            />
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
