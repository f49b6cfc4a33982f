import { arrowDown, arrowUp } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { Tip } from "../ui/IconButton.tsx";
import { useView } from "../ui/view.tsx";

/** Over the log's top: how much unread there is above, and the way to where it begins. */
export function UnreadAbove(
  { count, onPress }: { count: number; onPress: () => void },
) {
  const { t } = useView();
  if (count === 0) return null;
  return (
    <div class="pointer-events-none absolute inset-x-0 top-3 z-10 flex justify-center">
      <button
        type="button"
        onClick={onPress}
        class="fade pointer-events-auto inline-flex min-h-11 items-center gap-2 rounded-full bg-accent
          px-4 text-sm font-semibold text-on-accent shadow-float hover:bg-accent-hover pane:min-h-9"
      >
        <Icon of={arrowUp} size={16} />
        {t.chat.toUnread(count)}
      </button>
    </div>
  );
}

/** Over the log's end, while one is elsewhere: what came since, and the way back. */
export function ToLatest(
  { show, count, onPress }: { show: boolean; count: number; onPress: () => void },
) {
  const { t } = useView();
  if (!show) return null;
  return (
    <div class="pointer-events-none absolute inset-x-4 bottom-2 z-10 flex justify-center">
      {count > 0
        ? (
          <button
            type="button"
            onClick={onPress}
            class="fade pointer-events-auto inline-flex min-h-11 items-center gap-2 rounded-full
              bg-accent px-4 text-sm font-semibold text-on-accent shadow-float hover:bg-accent-hover
              pane:min-h-9"
          >
            <Icon of={arrowDown} size={16} />
            {t.chat.newMessages(count)}
          </button>
        )
        : (
          <button
            type="button"
            aria-label={t.chat.latest}
            onClick={onPress}
            class="fade pointer-events-auto relative grid size-11 place-items-center rounded-full border
              border-line bg-raised text-muted shadow-float hover:text-text pane:size-10"
          >
            <Icon of={arrowDown} size={18} />
            <Tip text={t.chat.latest} side="top" />
          </button>
        )}
    </div>
  );
}
