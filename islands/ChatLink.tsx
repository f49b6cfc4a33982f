import "../components/bundle.ts";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import { chat } from "../components/icon_nodes.ts";
import type { IslandProps } from "../components/island_props.ts";
import { CountBadge } from "../components/ui/CountBadge.tsx";
import { Icon } from "../components/ui/Icon.tsx";
import { Tip } from "../components/ui/IconButton.tsx";
import { useView, ViewProvider } from "../components/ui/view.tsx";

/** The way to the chats, with what is unread there. */
export default function ChatLink({ initial, settings, here }: IslandProps & { here: boolean }) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Link app={app} here={here} />
    </ViewProvider>
  );
}

function Link({ app, here }: { app: AppModel; here: boolean }) {
  const { t } = useView();
  const count = app.chat.unreadCount.value;
  return (
    <a href="/chat" aria-current={here ? "page" : undefined} class="rail-item">
      <Icon of={chat} size={22} />
      <span class="hidden-visually">{t.nav.chat}</span>
      <CountBadge count={count} label={t.nav.unread(count)} />
      <Tip text={t.nav.chat} side="end" />
    </a>
  );
}
