import { useView } from "../ui/view.tsx";

const widths = ["w-2/5", "w-3/5", "w-1/4", "w-1/2", "w-1/3", "w-2/5"];

/** Bubbles in the shape of a conversation that is on its way. */
export function LogSkeleton() {
  const { t } = useView();
  return (
    <div class="log" role="status">
      <span class="hidden-visually">{t.common.loading}</span>
      <div class="log-column flex flex-col gap-2 pb-9" aria-hidden="true">
        {widths.map((width, index) => (
          <span
            key={index}
            class={`skeleton h-9 rounded-bubble! ${width} ${index % 3 === 1 ? "self-end" : ""}`}
          />
        ))}
      </div>
    </div>
  );
}
