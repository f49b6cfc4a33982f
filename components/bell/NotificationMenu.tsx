import { aheadTime } from "../../lib/shared/i18n/ahead.ts";
import { clockTime } from "../../lib/shared/i18n/format.ts";
import type { Notification } from "../../lib/shared/notification_schema.ts";
import { archive, bell, check, clock } from "../icon_nodes.ts";
import { ActionMenu, type MenuItem } from "../ui/ActionMenu.tsx";
import { inHours, nextWeek, thisEvening, tomorrowMorning } from "../ui/moments.ts";
import { useDialogWords } from "../ui/dialog_words.ts";
import { useView } from "../ui/view.tsx";

/** What can be done under which name. */
type Deed = { label: string; act: () => void } | null;

/** All that can be done with a notification, putting it off among it; null: not with this one. */
export function NotificationMenu(
  { item, x, y, onRead, onArchive, onSnooze, onWake, onClose }: {
    item: Notification;
    x: number;
    y: number;
    onRead: Deed;
    onArchive: Deed;
    /** `until` in ms. */
    onSnooze: ((until: number) => void) | null;
    onWake: (() => void) | null;
    onClose: () => void;
  },
) {
  const { format } = useView();
  const { inbox: d } = useDialogWords();
  const now = Date.now();
  const items: MenuItem[] = [];
  if (onRead) items.push({ icon: check, ...onRead });
  if (onArchive) items.push({ icon: archive, ...onArchive });
  if (onWake) items.push({ icon: bell, label: d.wake, act: onWake });
  if (onSnooze) {
    const times: [string, number | null][] = [
      [d.hour, inHours(now, 1)],
      [d.evening, thisEvening(now)],
      [d.tomorrow, tomorrowMorning(now)],
      [d.week, nextWeek(now)],
    ];
    for (const [label, at] of times) {
      if (at === null) continue;
      // The label has said which day it is.
      const hint = label === d.week ? aheadTime(format, at, now) : clockTime(format, at);
      items.push({ icon: clock, label, hint, act: () => onSnooze(at) });
    }
  }
  return (
    <ActionMenu label={d.title} x={x} y={y} items={items} onClose={onClose}>
      <p class="truncate font-medium" dir="auto">{item.title}</p>
    </ActionMenu>
  );
}
