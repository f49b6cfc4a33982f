import "../components/bundle.ts";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import { NotificationList } from "../components/bell/NotificationList.tsx";
import { checkCheck } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { Button } from "../components/ui/Button.tsx";
import { Tabs } from "../components/ui/Tabs.tsx";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** All notifications, with the archive. */
export default function NotificationsPage({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => {
    app.start();
    app.notifications.onScreen.value = true;
    return () => app.notifications.onScreen.value = false;
  }, []);
  return (
    <ViewProvider settings={settings}>
      <Page app={app} />
    </ViewProvider>
  );
}

function Page({ app }: { app: AppModel }) {
  const { t } = useView();
  const model = app.notifications;
  useEffect(() => {
    app.badge.page.value = t.nav.notifications;
  }, [t]);
  return (
    <div class="page-scroll">
      <div class="mx-auto max-w-180 px-4 pb-10 pane:px-8">
        <div class="flex min-h-16 flex-wrap items-center justify-between gap-2 pt-4">
          <h1 class="text-2xl font-semibold">{t.bell.title}</h1>
          {model.counts.value.unreadCount > 0 && (
            <Button
              kind="quiet"
              size="sm"
              icon={checkCheck}
              onClick={() => model.markAllRead()}
            >
              {t.bell.markAll}
            </Button>
          )}
        </div>
        <div class="pt-1 pb-3">
          <Tabs
            label={t.bell.filter}
            value={model.filter.value}
            options={[
              { value: "all", label: t.bell.all },
              { value: "unread", label: t.bell.unread },
              { value: "snoozed", label: t.bell.snoozed },
              { value: "archived", label: t.bell.archived },
            ]}
            onChange={(filter) => model.setFilter(filter)}
          />
        </div>
        <div class="rounded-card border border-line bg-surface p-1.5 shadow-card">
          <NotificationList app={app} level={2} />
        </div>
      </div>
    </div>
  );
}
