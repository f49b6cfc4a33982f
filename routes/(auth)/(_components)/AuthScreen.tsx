import type { ComponentChildren } from "preact";
import { Logo } from "../../../components/ui/Logo.tsx";
import { viewOf, type ViewSettings } from "../../../components/ui/view.tsx";

/** The pages before the product: a form, and on a wide screen what it is for. */
export function AuthScreen(
  { settings, appName, children }: {
    settings: ViewSettings;
    appName: string;
    children: ComponentChildren;
  },
) {
  const { t } = viewOf(settings);
  return (
    <div class="grid min-h-dvh wide:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main class="flex flex-col px-6 py-8 pane:px-12">
        <p class="flex items-center gap-3 text-lg font-semibold">
          <Logo />
          {appName}
        </p>
        <div class="mx-auto my-auto w-full max-w-sm py-10">{children}</div>
      </main>
      <aside class="auth-aside hidden wide:flex" aria-hidden="true">
        <div class="auth-scene">
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
        <div class="max-w-sm">
          <p class="text-2xl font-semibold text-balance">{t.auth.pitch}</p>
          <p class="mt-2 text-lg text-muted">{t.auth.pitchText}</p>
        </div>
      </aside>
    </div>
  );
}
