import { buttonClass } from "../../../components/ui/Button.tsx";
import type { PlayablePersona } from "../../../lib/shared/demo_persona.ts";
import type { PageCatalogue } from "../../../lib/shared/i18n/pages.ts";

/**
 * The way in for those who only want to look: `POST /demo` makes the demo and signs them in as its
 * first person; a window with cookies of its own may be one of the others.
 */
export function TryDemo({ p, people }: { p: PageCatalogue; people: PlayablePersona[] }) {
  const [first, ...others] = people;
  if (!first) return null;
  return (
    <form
      method="post"
      action={`/demo?as=${first.key}`}
      class="mt-8 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <div class="flex items-center gap-4">
        <div class="min-w-0 grow">
          <h2 class="font-semibold">{p.auth.tryTitle}</h2>
          <p class="text-sm text-muted">{p.auth.tryText}</p>
        </div>
        <button type="submit" class={`${buttonClass("secondary")} shrink-0`}>{p.auth.tryIt}</button>
      </div>
      {others.length > 0 && (
        <div class="mt-4 border-t border-line pt-3">
          <p class="text-sm text-muted">{p.auth.tryAs}</p>
          <p class="mt-2 flex flex-wrap gap-2">
            {others.map(({ key, name }) => (
              <button
                key={key}
                type="submit"
                formAction={`/demo?as=${key}`}
                class={buttonClass("secondary", "sm")}
              >
                <bdi>{name}</bdi>
              </button>
            ))}
          </p>
        </div>
      )}
    </form>
  );
}
