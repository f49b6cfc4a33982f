import type { Notification } from "../../lib/shared/notification_schema.ts";
import type { NotificationsModel } from "../../lib/client/types.ts";
import { archive, check } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { TimeText } from "../ui/TimeText.tsx";
import { useView } from "../ui/view.tsx";
import { notificationIcon } from "./notification_icon.ts";

/** One notification: its whole row leads to what it is about, and reads it. */
export function NotificationItem(
  { item, now, model }: { item: Notification; now: number; model: NotificationsModel },
) {
  const { t } = useView();
  const unread = item.readAt === null;
  const away = item.link !== null && /^https:/.test(item.link);
  const read = () => {
    if (unread) model.markRead(item.id);
  };
  const body = (
    <>
      <span class="flex items-baseline gap-2">
        <span
          class={`min-w-0 grow truncate ${unread ? "font-semibold" : "font-medium"}`}
          dir="auto"
        >
          {item.title}
        </span>
        <TimeText at={item.createdAt} now={now} as="relative" class="shrink-0 text-xs text-muted" />
      </span>
      <span class="mt-0.5 line-clamp-2 text-sm text-muted wrap-anywhere" dir="auto">
        {item.message}
      </span>
    </>
  );
  const stretched = "block text-start after:absolute after:inset-0 after:rounded-card " +
    "focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent";
  return (
    <li class="group relative flex gap-3 rounded-card px-3 py-3 transition-colors hover:bg-hover">
      <span
        class={`grid size-9 shrink-0 place-items-center rounded-full ${
          unread ? "bg-accent-soft text-accent" : "bg-hover text-muted"
        }`}
      >
        <Icon of={notificationIcon(item.category, item.type)} size={18} />
      </span>
      <div class="min-w-0 grow">
        {item.link !== null
          ? (
            <a
              href={item.link}
              target={away ? "_blank" : undefined}
              rel={away ? "noopener noreferrer" : undefined}
              onClick={read}
              class={stretched}
            >
              {body}
            </a>
          )
          : unread
          ? <button type="button" onClick={read} class={`${stretched} w-full`}>{body}</button>
          : <div>{body}</div>}
      </div>
      <div class="flex w-2.5 shrink-0 flex-col items-end">
        {unread && (
          <span class="mt-1.5 size-2.5 rounded-full bg-accent forced-color-adjust-none">
            <span class="hidden-visually">{t.bell.unreadMark}</span>
          </span>
        )}
      </div>
      <div class="notification-actions">
        {unread && (
          <IconButton
            icon={check}
            size={18}
            label={t.bell.markRead}
            align="end"
            onClick={(event) => {
              focusAfter(event.currentTarget, "button");
              read();
            }}
          />
        )}
        {item.archivedAt === null && (
          <IconButton
            icon={archive}
            size={18}
            label={t.bell.archive}
            align="end"
            onClick={(event) => {
              focusAfter(event.currentTarget, "row");
              model.archive(item.id);
            }}
          />
        )}
      </div>
    </li>
  );
}

/** What is pressed is about to go: the focus moves on, instead of falling out of the list. */
function focusAfter(pressed: HTMLElement, goes: "button" | "row"): void {
  const row = pressed.closest("li");
  const near = row?.nextElementSibling ?? row?.previousElementSibling;
  const next = goes === "button" ? pressed.nextElementSibling : near?.querySelector("a, button");
  const around = row?.closest("[popover]")?.querySelector("[tabindex]") ?? row?.closest("main");
  for (const element of [next, around]) {
    if (!(element instanceof HTMLElement)) continue;
    element.focus({ preventScroll: true });
    return;
  }
}
