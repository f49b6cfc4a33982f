import { buttonClass } from "../../../components/ui/Button.tsx";
import type { Catalogue } from "../../../lib/shared/i18n/mod.ts";

/** The way in for those who only want to look: `POST /demo` makes the demo and signs them in. */
export function TryDemo({ t }: { t: Catalogue }) {
  return (
    <form
      method="post"
      action="/demo"
      class="mt-8 flex items-center gap-4 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <div class="min-w-0 grow">
        <h2 class="font-semibold">{t.auth.tryTitle}</h2>
        <p class="text-sm text-muted">{t.auth.tryText}</p>
      </div>
      <button type="submit" class={buttonClass("secondary")}>{t.auth.tryIt}</button>
    </form>
  );
}
