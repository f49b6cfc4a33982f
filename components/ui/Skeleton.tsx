import { useView } from "./view.tsx";

/** Rows in the shape of what is being loaded; assistive technology hears "Loading" once. */
export function SkeletonRows({ rows = 6, avatar = true }: { rows?: number; avatar?: boolean }) {
  const { t } = useView();
  return (
    <div role="status" class="flex flex-col gap-1 px-2">
      <span class="hidden-visually">{t.common.loading}</span>
      {Array.from(
        { length: rows },
        (_, index) => (
          <div key={index} class="flex h-17 items-center gap-3 px-2" aria-hidden="true">
            {avatar && <span class="skeleton size-11 shrink-0 rounded-full" />}
            <span class="flex grow flex-col gap-2">
              <span class={`skeleton h-3.5 ${index % 2 ? "w-2/5" : "w-1/2"}`} />
              <span class={`skeleton h-3 ${index % 3 ? "w-4/5" : "w-3/5"}`} />
            </span>
          </div>
        ),
      )}
    </div>
  );
}
