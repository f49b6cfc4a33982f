import "../bundle.ts";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { dayLabel, dayNumber, type Format } from "../../lib/shared/i18n/format.ts";
import type { AppModel } from "../../lib/client/types.ts";
import { archive, arrowUp, bell, clock, warning } from "../icon_nodes.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Icon } from "../ui/Icon.tsx";
import { SkeletonRows } from "../ui/Skeleton.tsx";
import { useView } from "../ui/view.tsx";
import { NotificationItem } from "./NotificationItem.tsx";
import { singles, type Stack, stacksOf } from "./stacks.ts";

interface DayOfStacks {
  day: number;
  at: number;
  stacks: Stack[];
}

function byDay(stacks: readonly Stack[], format: Format): DayOfStacks[] {
  const days: DayOfStacks[] = [];
  for (const stack of stacks) {
    const at = Date.parse(stack.newest.createdAt);
    const day = dayNumber(format, at);
    const last = days[days.length - 1];
    if (last?.day === day) last.stacks.push(stack);
    else days.push({ day, at, stacks: [stack] });
  }
  return days;
}

/**
 * The notifications of the chosen filter, by day. While the pointer or the focus is on them, new
 * ones wait behind a button, so that nothing moves under the hand.
 */
export function NotificationList({ app, level }: { app: AppModel; level: 2 | 3 }) {
  const { t, format } = useView();
  const model = app.notifications;
  const items = model.items.value;
  /** Seq of the newest one that may be shown; null: all. */
  const heldAt = useSignal<number | null>(null);
  const hold = () => {
    heldAt.value ??= model.items.peek()[0]?.seq ?? 0;
  };
  const release = () => heldAt.value = null;

  const held = heldAt.value;
  const shown = held === null ? items : items.filter((item) => item.seq <= held);
  const waiting = items.length - shown.length;
  const filter = model.filter.value;
  const days = useMemo(() => {
    const fold = filter === "all" || filter === "unread" ? stacksOf : singles;
    return byDay(fold(shown), format);
  }, [items, held, filter, format]);
  const Heading = `h${level}` as const;

  if (items.length === 0) {
    return <NoNotifications app={app} level={level} />;
  }
  return (
    <div
      class="relative"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) release();
      }}
    >
      {waiting > 0 && (
        <div class="sticky top-2 z-10 flex h-0 justify-center">
          <button
            type="button"
            onClick={release}
            class="fade inline-flex h-9 items-center gap-1.5 rounded-full bg-accent px-3.5 text-sm
              font-semibold text-on-accent shadow-float"
          >
            <Icon of={arrowUp} size={16} />
            {t.bell.openCount(waiting)}
          </button>
        </div>
      )}
      {days.map((day) => (
        <section key={day.day}>
          <Heading class="px-3 pt-3 pb-1 text-xs font-semibold text-muted">
            {dayLabel(format, day.at, app.now.value)}
          </Heading>
          <ul>
            {day.stacks.map((stack) => (
              <NotificationItem
                key={stack.newest.id}
                stack={stack}
                now={app.now.value}
                model={model}
              />
            ))}
          </ul>
        </section>
      ))}
      {model.hasMore.value && (
        <div class="flex justify-center py-3">
          <Button kind="quiet" size="sm" onClick={() => model.loadMore()}>
            {t.common.loadMore}
          </Button>
        </div>
      )}
    </div>
  );
}

function NoNotifications({ app, level }: { app: AppModel; level: 2 | 3 }) {
  const { t } = useView();
  const model = app.notifications;
  const filter = model.filter.value;
  const status = model.status.value;
  if (status.kind === "loading") return <SkeletonRows rows={4} />;
  if (status.kind === "failed") {
    return (
      <EmptyState
        icon={warning}
        title={t.bell.failed}
        text={t.message.failedWhy.other}
        level={level}
      >
        <Button kind="secondary" onClick={() => model.setFilter(filter)}>{t.common.retry}</Button>
      </EmptyState>
    );
  }
  if (filter === "snoozed") {
    return (
      <EmptyState
        icon={clock}
        title={t.bell.emptySnoozedTitle}
        text={t.bell.emptySnoozedText}
        level={level}
      />
    );
  }
  return filter === "archived"
    ? (
      <EmptyState
        icon={archive}
        title={t.bell.emptyArchivedTitle}
        text={t.bell.emptyArchivedText}
        level={level}
      />
    )
    : (
      <EmptyState
        icon={bell}
        title={t.bell.emptyTitle}
        text={filter === "unread" ? t.bell.emptyUnreadText : t.bell.emptyText}
        level={level}
      />
    );
}
