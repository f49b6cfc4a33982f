import type { ComponentChildren } from "preact";
import type { Person } from "../../lib/shared/user_schema.ts";
import { settings as settingsIcon } from "../icon_nodes.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Tip } from "../ui/IconButton.tsx";
import { Logo } from "../ui/Logo.tsx";
import { useView } from "../ui/view.tsx";

/** Where one is. */
export type FramePlace = "chat" | "notifications" | "settings";

/** Rail, page, and what floats above both. Islands are handed in: they stand in both kinds of page. */
export function Frame(
  { appName, me, here, chatLink, bell, banner, toasts, children }: {
    appName: string;
    me: Person | null;
    here: FramePlace;
    chatLink: ComponentChildren;
    bell: ComponentChildren;
    banner: ComponentChildren;
    toasts: ComponentChildren;
    children: ComponentChildren;
  },
) {
  const { t } = useView();
  return (
    <>
      <a href="#main" class="skip-link">{t.common.skip}</a>
      <div class="frame">
        <nav aria-label={t.nav.label} class="rail">
          <a href="/chat" class="rail-brand" aria-label={appName}>
            <Logo />
          </a>
          {chatLink}
          {bell}
          <a
            href="/settings"
            aria-current={here === "settings" ? "page" : undefined}
            class="rail-item"
          >
            <Icon of={settingsIcon} size={22} />
            <span class="hidden-visually">{t.nav.settings}</span>
            <Tip text={t.nav.settings} side="end" />
          </a>
          {me && (
            <a href="/settings#profile" class="rail-item rail-end">
              <Avatar person={me} size="sm" />
              <span class="hidden-visually">{t.nav.profile}</span>
              <Tip text={t.nav.profile} side="end" />
            </a>
          )}
        </nav>
        <main id="main" class="frame-main" tabIndex={-1}>
          {banner}
          {children}
        </main>
      </div>
      {toasts}
    </>
  );
}
