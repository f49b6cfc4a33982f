import { buttonClass } from "./ui/Button.tsx";
import { pageCatalogue } from "../lib/shared/i18n/pages.ts";
import { Logo } from "./ui/Logo.tsx";
import { viewOf, type ViewSettings } from "./ui/view.tsx";

/** Which words an error page has. */
export type ErrorKind = "notFound" | "forbidden" | "busy" | "broken";

/** A whole page for what could not be shown: what is safe, and the ways on. */
export function ErrorScreen(
  { settings, kind, requestId }: {
    settings: ViewSettings;
    kind: ErrorKind;
    requestId: string | null;
  },
) {
  const { t } = viewOf(settings);
  const p = pageCatalogue(settings.locale);
  const again = kind === "busy" || kind === "broken";
  return (
    <main class="grid min-h-dvh place-items-center px-6 py-12">
      <div class="flex max-w-md flex-col items-start">
        <span class="-ms-1">
          <Logo size={48} />
        </span>
        <h1 class="mt-6 text-2xl font-semibold text-balance">{p.errors[`${kind}Title`]}</h1>
        <p class="mt-2 text-lg text-muted text-pretty">{p.errors[`${kind}Text`]}</p>
        <div class="mt-6 flex flex-wrap gap-2">
          <a href="/chat" class={buttonClass("primary")}>{p.errors.home}</a>
          {again && <a href="" class={buttonClass("secondary")}>{p.errors.reload}</a>}
        </div>
        {again && requestId && (
          <details class="mt-8 text-sm text-muted">
            <summary>{t.common.details}</summary>
            <p class="mt-1">
              {t.common.requestId}: <code class="wrap-anywhere">{requestId}</code>
            </p>
          </details>
        )}
      </div>
    </main>
  );
}
