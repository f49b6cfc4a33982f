import "../components/bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import { bell, checkCheck, warning, x } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { CountBadge } from "../components/ui/CountBadge.tsx";
import { buttonClass } from "../components/ui/Button.tsx";
import { EmptyState } from "../components/ui/EmptyState.tsx";
import { Icon } from "../components/ui/Icon.tsx";
import { IconButton, Tip } from "../components/ui/IconButton.tsx";
import { SkeletonRows } from "../components/ui/Skeleton.tsx";
import { Tabs } from "../components/ui/Tabs.tsx";
import { useLater } from "../components/ui/use_later.ts";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/**
 * The bell with its popover. A native one: it opens without script, closes on Escape and on a press
 * beside it, and gives the focus back. On the notifications page it is a plain link.
 */
export default function Bell({ initial, settings, here }: IslandProps & { here: boolean }) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      {here ? <BellLink app={app} /> : <BellPopover app={app} />}
    </ViewProvider>
  );
}

function Count({ app }: { app: AppModel }) {
  const { t } = useView();
  const { unseenCount } = app.notifications.counts.value;
  return <CountBadge count={unseenCount} label={t.nav.unread(unseenCount)} />;
}

function BellLink({ app }: { app: AppModel }) {
  const { t } = useView();
  return (
    <a href="/notifications" aria-current="page" class="rail-item">
      <Icon of={bell} size={22} />
      <span class="hidden-visually">{t.nav.notifications}</span>
      <Count app={app} />
      <Tip text={t.nav.notifications} side="end" />
    </a>
  );
}

function BellPopover({ app }: { app: AppModel }) {
  const { t } = useView();
  const model = app.notifications;
  const open = useSignal(false);
  /** The hand or the focus is on the bell: what it will show is loaded already. */
  const near = useSignal(false);
  const popover = useRef<HTMLDivElement>(null);
  const { unreadCount } = model.counts.value;
  const close = () => popover.current?.hidePopover();
  const come = () => near.value = true;
  useEffect(() => {
    // It opens without script as well, so it may be open by now.
    if (popover.current?.matches(":popover-open")) open.value = model.onScreen.value = true;
  }, []);
  return (
    <>
      <button
        type="button"
        class="rail-item"
        popovertarget="bell-popover"
        aria-expanded={`${open.value}`}
        aria-controls="bell-popover"
        onPointerEnter={come}
        onFocus={come}
      >
        <Icon of={bell} size={22} />
        <span class="hidden-visually">{t.nav.notifications}</span>
        <Count app={app} />
        <Tip text={t.nav.notifications} side="end" />
      </button>
      <div
        id="bell-popover"
        ref={popover}
        popover="auto"
        role="dialog"
        aria-labelledby="bell-title"
        class="bell-popover"
        onToggle={(event) => {
          open.value = event.newState === "open";
          if (!open.value) near.value = false;
          model.onScreen.value = open.value;
          // What the list shows need not be said twice.
          for (const toast of open.value ? app.toasts.items.peek() : []) {
            if (toast.kind === "notification") app.toasts.close(toast.id);
          }
        }}
      >
        <div class="flex items-center gap-1 ps-4 pe-2 pt-2">
          <h2
            id="bell-title"
            class="grow text-lg font-semibold outline-none"
            tabIndex={-1}
            autofocus
          >
            {t.bell.title}
          </h2>
          <IconButton
            icon={checkCheck}
            label={t.bell.markAll}
            align="end"
            aria-disabled={`${unreadCount === 0}`}
            onClick={() => {
              if (unreadCount > 0) model.markAllRead();
            }}
            class="aria-disabled:opacity-50"
          />
          <IconButton icon={x} label={t.common.close} align="end" onClick={close} />
        </div>
        <div class="border-b border-line px-3 pt-1 pb-2">
          <Tabs
            label={t.bell.filter}
            value={model.filter.value === "unread" ? "unread" : "all"}
            options={[{ value: "all", label: t.bell.all }, {
              value: "unread",
              label: t.bell.unread,
            }]}
            onChange={(filter) => model.setFilter(filter)}
          />
        </div>
        <div class="min-h-0 grow overflow-y-auto overscroll-contain px-1.5 pb-2">
          <LaterList app={app} wanted={near.value || open.value} />
        </div>
        <div class="border-t border-line p-2">
          <a href="/notifications" class={`${buttonClass("quiet", "sm")} w-full`}>
            {t.bell.seeAll}
          </a>
        </div>
      </div>
    </>
  );
}

/** The list is loaded when it is about to be looked at: most pages are left without it. */
function LaterList({ app, wanted }: { app: AppModel; wanted: boolean }) {
  const { t } = useView();
  const later = useLater(wanted, () => import("../components/bell/NotificationList.tsx"));
  if (later.kind === "ready") return <later.part.NotificationList app={app} level={3} />;
  if (later.kind === "waiting") return <SkeletonRows rows={4} />;
  return (
    <EmptyState icon={warning} title={t.bell.failed} text={t.message.failedWhy.other} level={3} />
  );
}
