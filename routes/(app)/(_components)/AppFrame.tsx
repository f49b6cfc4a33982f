import type { ComponentChildren } from "preact";
import type { PageState } from "../../../lib/http/page_state.ts";
import { settings as settingsIcon } from "../../../components/icon_nodes.ts";
import { Avatar } from "../../../components/ui/Avatar.tsx";
import { Icon } from "../../../components/ui/Icon.tsx";
import { Tip } from "../../../components/ui/IconButton.tsx";
import { Logo } from "../../../components/ui/Logo.tsx";
import { viewOf, ViewProvider } from "../../../components/ui/view.tsx";
import Bell from "../../../islands/Bell.tsx";
import ChatLink from "../../../islands/ChatLink.tsx";
import ConnectionBanner from "../../../islands/ConnectionBanner.tsx";
import Toasts from "../../../islands/Toasts.tsx";

/** Rail, page, and what floats above both. */
export function AppFrame(
  { page, here, children }: {
    page: PageState;
    here: "chat" | "notifications" | "settings";
    children: ComponentChildren;
  },
) {
  const { initial, settings } = page;
  const { t } = viewOf(settings);
  return (
    <ViewProvider settings={settings}>
      <a href="#main" class="skip-link">{t.common.skip}</a>
      <div class="frame">
        <nav aria-label={t.nav.label} class="rail">
          <a href="/chat" class="rail-brand" aria-label={initial.appName}>
            <Logo />
          </a>
          <ChatLink initial={initial} settings={settings} here={here === "chat"} />
          <Bell initial={initial} settings={settings} here={here === "notifications"} />
          <a
            href="/settings"
            aria-current={here === "settings" ? "page" : undefined}
            class="rail-item"
          >
            <Icon of={settingsIcon} size={22} />
            <span class="hidden-visually">{t.nav.settings}</span>
            <Tip text={t.nav.settings} side="end" />
          </a>
          <a href="/settings#profile" class="rail-item rail-end">
            <Avatar person={initial.me} size="sm" />
            <span class="hidden-visually">{t.nav.profile}</span>
            <Tip text={t.nav.profile} side="end" />
          </a>
        </nav>
        <main id="main" class="frame-main" tabIndex={-1}>
          <ConnectionBanner initial={initial} settings={settings} />
          {children}
        </main>
      </div>
      <Toasts initial={initial} settings={settings} />
    </ViewProvider>
  );
}
