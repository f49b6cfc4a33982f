import type { ComponentChildren } from "preact";
import { Logo } from "../../../components/ui/Logo.tsx";
import type { ViewSettings } from "../../../components/ui/view.tsx";
import { pageCatalogue } from "../../../lib/shared/i18n/pages.ts";

/** The pages before the product: a form, and on a wide screen what it is for. */
export function AuthScreen(
  { settings, appName, children }: {
    settings: ViewSettings;
    appName: string;
    children: ComponentChildren;
  },
) {
  const p = pageCatalogue(settings.locale);
  return (
    <div class="grid min-h-dvh wide:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main class="flex flex-col px-6 py-8 pane:px-12">
        <p class="flex items-center gap-3 text-lg font-semibold">
          <Logo />
          {appName}
        </p>
        <div class="mx-auto my-auto w-full max-w-sm py-10">{children}</div>
      </main>
      <aside class="auth-aside hidden wide:flex">
        <div class="auth-scene" aria-hidden="true">
          <p class="auth-bubble">
            <span class="skeleton-line w-28" />
            <span class="skeleton-line w-44" />
          </p>
          <p class="auth-bubble auth-own">
            <span class="skeleton-line w-36" />
          </p>
          <p class="auth-bubble">
            <span class="skeleton-line w-20" />
          </p>
          <p class="auth-bubble auth-own">
            <span class="skeleton-line w-52" />
            <span class="skeleton-line w-32" />
          </p>
        </div>
        <div class="w-96 max-w-full">
          <p class="text-2xl font-semibold text-balance">{p.auth.pitch}</p>
          <p class="mt-2 text-lg text-muted">{p.auth.pitchText}</p>
        </div>
      </aside>
    </div>
  );
}
