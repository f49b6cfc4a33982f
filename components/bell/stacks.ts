/** Notifications that are alike, as one. */
import type { Notification } from "../../lib/shared/notification_schema.ts";

/** One that stands for all, and the older ones under it. */
export interface Stack {
  newest: Notification;
  others: readonly Notification[];
}

/**
 * Folds what has the same `group`, adjacent or not, under the newest of it: unread ones with unread
 * ones, read ones with read ones, so that reading a stack leaves it one. `items` come newest first.
 */
export function stacksOf(items: readonly Notification[]): Stack[] {
  const stacks: { newest: Notification; others: Notification[] }[] = [];
  const open = new Map<string, Notification[]>();
  for (const item of items) {
    const key = item.group === undefined ? null : `${item.readAt === null} ${item.group}`;
    const others = key === null ? undefined : open.get(key);
    if (others) {
      others.push(item);
      continue;
    }
    const stack = { newest: item, others: [] };
    stacks.push(stack);
    if (key !== null) open.set(key, stack.others);
  }
  return stacks;
}

/** Each by itself: where they lie in an archive, what belongs together no longer matters. */
export function singles(items: readonly Notification[]): Stack[] {
  return items.map((newest) => ({ newest, others: [] }));
}
