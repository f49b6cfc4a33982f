import { countLabel } from "../../lib/shared/i18n/format.ts";
import { useView } from "./view.tsx";

/** A count in a pill; nothing for 0. Assistive technology hears `label` in its place. */
export function CountBadge(
  { count, label, quiet = false, class: extra = "" }: {
    count: number;
    label: string;
    /** Grey: of something muted. */
    quiet?: boolean;
    class?: string;
  },
) {
  const { format } = useView();
  if (count === 0) return null;
  return (
    <span
      data-badge
      class={`inline-grid h-5 min-w-5 shrink-0 place-items-center rounded-full px-1.5 text-xs/5 font-semibold
        tabular ${
        quiet ? "bg-hover text-muted ring-1 ring-line" : "bg-accent text-on-accent"
      } ${extra}`}
    >
      <span aria-hidden="true">{countLabel(format.locale, count)}</span>
      <span class="hidden-visually">{label}</span>
    </span>
  );
}
