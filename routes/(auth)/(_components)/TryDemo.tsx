import { buttonClass } from "../../../components/ui/Button.tsx";
import type { PageCatalogue } from "../../../lib/shared/i18n/pages.ts";

/** The way in for those who only want to look: `POST /demo` makes the demo and signs them in. */
export function TryDemo({ p }: { p: PageCatalogue }) {
  return (
    <form
      method="post"
      action="/demo"
      class="mt-8 flex items-center gap-4 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <div class="min-w-0 grow">
        <h2 class="font-semibold">{p.auth.tryTitle}</h2>
        <p class="text-sm text-muted">{p.auth.tryText}</p>
      </div>
      <button type="submit" class={`${buttonClass("secondary")} shrink-0`}>{p.auth.tryIt}</button>
    </form>
  );
}
