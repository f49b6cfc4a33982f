import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { aheadTime } from "../../lib/shared/i18n/ahead.ts";
import type { Notification } from "../../lib/shared/notification_schema.ts";
import type { NotificationsModel } from "../../lib/client/types.ts";
import { arrowDown } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { TimeText } from "../ui/TimeText.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { useView } from "../ui/view.tsx";
import { notificationIcon } from "./notification_icon.ts";
import { NotificationActions } from "./NotificationActions.tsx";
import type { Stack } from "./stacks.ts";

/** One notification, or several alike ones under the newest, which unfold. */
export function NotificationItem(
  { stack, now, model }: { stack: Stack; now: number; model: NotificationsModel },
) {
  const { inbox: d } = useDialogWords();
  const { newest, others } = stack;
  const open = useSignal(false);
  const listId = `alike-${newest.id}`;
  // What no longer is a stack is not open either, should it become one again.
  if (others.length === 0) return <Row item={newest} all={[newest]} now={now} model={model} />;
  return (
    <Row
      item={newest}
      all={[newest, ...others]}
      // Unfolded, each is read for itself.
      reads={open.value ? [newest] : undefined}
      now={now}
      model={model}
      below={open.value && (
        <ul id={listId} class="fade ms-6 border-s border-line ps-1">
          {others.map((item) => (
            <Row key={item.id} item={item} all={[item]} now={now} model={model} />
          ))}
        </ul>
      )}
    >
      <button
        type="button"
        aria-expanded={`${open.value}`}
        aria-controls={open.value ? listId : undefined}
        onClick={() => open.value = !open.value}
        class="relative z-1 -ms-2 mt-1 -mb-1.5 inline-flex min-h-11 items-center gap-1 rounded-control px-2 text-sm
          font-medium text-accent hover:bg-hover pane:min-h-8"
      >
        {open.value ? d.fold : d.unfold(others.length)}
        <Icon of={arrowDown} size={16} class={open.value ? "rotate-180" : ""} />
      </button>
    </Row>
  );
}

/** Its whole row leads to what it is about, and reads it. */
function Row(
  { item, all, reads = all, now, model, children, below }: {
    item: Notification;
    /** What its actions act on. */
    all: readonly Notification[];
    /** What following it reads. */
    reads?: readonly Notification[];
    now: number;
    model: NotificationsModel;
    children?: ComponentChildren;
    below?: ComponentChildren;
  },
) {
  const { t, format } = useView();
  const { inbox: d } = useDialogWords();
  const unread = item.readAt === null;
  const away = item.link !== null && /^https:/.test(item.link);
  const count = all.length;
  const read = (which: readonly Notification[]) => {
    if (unread && !item.snoozedUntil) model.markRead(...which.map(({ id }) => id));
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
      {item.snoozedUntil && (
        <span class="mt-0.5 block text-sm font-medium">
          {d.comesBack(aheadTime(format, Date.parse(item.snoozedUntil), now))}
        </span>
      )}
    </>
  );
  const stretched = "block text-start after:absolute after:inset-0 after:rounded-card " +
    "focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent";
  return (
    <li>
      <div class="group relative flex gap-3 rounded-card px-3 py-3 transition-colors hover:bg-hover">
        <span
          class={`relative grid size-9 shrink-0 place-items-center rounded-full ${
            unread ? "bg-accent-soft text-accent" : "bg-hover text-muted"
          }`}
        >
          <Icon of={notificationIcon(item.category, item.type)} size={18} />
          {count > 1 && (
            <span
              data-badge
              class="tabular absolute -end-1.5 -top-1.5 min-w-5 rounded-full border border-line bg-raised
                px-1 text-center text-xs/4.5 font-semibold text-text"
            >
              <span aria-hidden="true">{count}</span>
              <span class="hidden-visually">{d.alike(count)}</span>
            </span>
          )}
        </span>
        <div class="min-w-0 grow">
          {item.link !== null
            ? (
              <a
                href={item.link}
                target={away ? "_blank" : undefined}
                rel={away ? "noopener noreferrer" : undefined}
                onClick={() => read(reads)}
                class={stretched}
              >
                {body}
              </a>
            )
            : unread && !item.snoozedUntil
            ? (
              <button type="button" onClick={() => read(reads)} class={`${stretched} w-full`}>
                {body}
              </button>
            )
            : <div>{body}</div>}
          {children}
        </div>
        <div class="flex w-2.5 shrink-0 flex-col items-end">
          {unread && (
            <span class="mt-1.5 size-2.5 rounded-full bg-accent forced-color-adjust-none">
              <span class="hidden-visually">{t.bell.unreadMark}</span>
            </span>
          )}
        </div>
        <NotificationActions
          item={item}
          all={all}
          model={model}
          readLabel={count > 1 ? d.readAll(count) : t.bell.markRead}
          archiveLabel={count > 1 ? d.archiveAll(count) : t.bell.archive}
        />
      </div>
      {below}
    </li>
  );
}
