import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Notification } from "../../lib/shared/notification_schema.ts";
import type { NotificationsModel } from "../../lib/client/types.ts";
import { archive, check, more } from "../icon_nodes.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { NotificationMenu } from "./NotificationMenu.tsx";

/** Read and archive at hand where there is a pointer; these and putting off behind "More". */
export function NotificationActions(
  { item, all, model, readLabel, archiveLabel }: {
    item: Notification;
    all: readonly Notification[];
    model: NotificationsModel;
    readLabel: string;
    archiveLabel: string;
  },
) {
  const { inbox: d } = useDialogWords();
  const place = useSignal<{ x: number; y: number } | null>(null);
  const actions = useRef<HTMLDivElement>(null);
  const ids = all.map(({ id }) => id);
  const goes = (which: "button" | "row") => focusAfter(actions.current, which);
  if (item.archivedAt !== null && item.readAt !== null) return null;
  const read = item.readAt !== null || item.snoozedUntil ? null : () => {
    goes("button");
    model.markRead(...ids);
  };
  const store = item.archivedAt !== null || item.snoozedUntil ? null : () => {
    goes("row");
    model.archive(...ids);
  };
  return (
    <div ref={actions} class="notification-actions" data-open={place.value ? "" : undefined}>
      {read && (
        <IconButton
          icon={check}
          size={18}
          label={readLabel}
          align="end"
          class="quick-action"
          onClick={read}
        />
      )}
      {store && (
        <IconButton
          icon={archive}
          size={18}
          label={archiveLabel}
          align="end"
          class="quick-action"
          onClick={store}
        />
      )}
      <IconButton
        icon={more}
        size={18}
        label={d.more}
        align="end"
        aria-haspopup="menu"
        aria-expanded={`${place.value !== null}`}
        onClick={({ currentTarget }) => {
          const { right, bottom } = currentTarget.getBoundingClientRect();
          place.value = { x: right, y: bottom };
        }}
      />
      {place.value && (
        <NotificationMenu
          {...place.value}
          item={item}
          onRead={read && { label: readLabel, act: read }}
          onArchive={store && { label: archiveLabel, act: store }}
          onSnooze={store && ((until) => {
            goes("row");
            model.snooze(until, ...ids);
          })}
          onWake={item.snoozedUntil
            ? () => {
              goes("row");
              model.wake(item.id);
            }
            : null}
          onClose={() => place.value = null}
        />
      )}
    </div>
  );
}

/** What is pressed is about to go: the focus moves on, instead of falling out of the list. */
function focusAfter(actions: HTMLElement | null, goes: "button" | "row"): void {
  const row = actions?.closest("li");
  const near = row?.nextElementSibling ?? row?.previousElementSibling;
  const next = goes === "button"
    ? actions?.querySelector("[aria-haspopup]")
    : near?.querySelector("a, button");
  const around = row?.closest("[popover]")?.querySelector("[tabindex]") ?? row?.closest("main");
  for (const element of [next, around]) {
    if (!(element instanceof HTMLElement)) continue;
    element.focus({ preventScroll: true });
    return;
  }
}
