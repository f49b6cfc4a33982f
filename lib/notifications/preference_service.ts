/** Preferences and categories in the store, and what they mean for a push. */
import { AppError } from "../shared/errors.ts";
import type { Category } from "../shared/preferences_schema.ts";
import { keys, NOTIFICATION_SHARD } from "../kv/keys.ts";
import type { Journal } from "../kv/journal/types.ts";
import type { PushGate } from "../push/types.ts";
import type { Bell } from "./bell_reader.ts";
import { findIssues, isOn, parseCategories, toPreferences, withChange } from "./categories.ts";
import { withLogsLookedAt } from "./inbox_operations.ts";
import type { PreferencesChanged } from "./notification_events.ts";
import { parsePreferences, type PreferencesRow } from "./preferences_row.ts";
import { quietUntil } from "./quiet_hours.ts";
import type { PreferenceService } from "./types.ts";

/** What {@link createPreferenceService} needs. */
export interface PreferenceServiceOptions {
  kv: Deno.Kv;
  journal: Journal;
  /** Out of the store, not out of memory. */
  readBell(userId: string): Promise<Bell>;
}

/** See {@link PreferenceService}; it is also what a push asks before it is sent. */
export function createPreferenceService(
  { kv, journal, readBell }: PreferenceServiceOptions,
): PreferenceService & { gate: PushGate } {
  async function read(userId: string): Promise<[readonly Category[], PreferencesRow]> {
    const [categories, row] = await kv.getMany<[unknown, unknown]>([
      keys.categories(),
      keys.preferences(userId),
    ]);
    return [parseCategories(categories.value), parsePreferences(row.value)];
  }

  return {
    async preferences(userId) {
      return toPreferences(...await read(userId));
    },

    async setPreferences(userId, change) {
      const [inboxKey, rowKey] = [keys.inbox(userId), keys.preferences(userId)];
      // What came before is as it was: a choice counts from now on.
      const { logs } = await readBell(userId);
      return await journal.commit({
        shard: NOTIFICATION_SHARD,
        reads: [keys.categories(), rowKey, inboxKey],
        apply(view) {
          const categories = parseCategories(view.get(keys.categories()));
          const issues = findIssues(categories, change);
          const [first] = issues;
          if (first) {
            throw new AppError(
              "invalid",
              `Cannot change the preferences: ${first.path} ${first.message}`,
              { issues },
            );
          }
          const row = withChange(parsePreferences(view.get(rowKey)), change);
          view.set(rowKey, row);
          view.set(inboxKey, withLogsLookedAt(view.get(inboxKey), logs));
          view.emit({ type: "preferences.changed", userId } as PreferencesChanged);
          return toPreferences(categories, row);
        },
      });
    },

    async categories() {
      return parseCategories((await kv.get(keys.categories())).value);
    },

    async setCategories(categories) {
      await journal.commit({
        shard: NOTIFICATION_SHARD,
        reads: [],
        apply(view) {
          view.set(keys.categories(), categories);
          view.emit({ type: "preferences.changed", userId: null } as PreferencesChanged);
        },
      });
      return categories;
    },

    async gate(userId, { category, isUrgent }, at) {
      const [categories, row] = await read(userId);
      if (!isOn(categories, row, category, "push")) {
        return { kind: "suppress", reason: `pushes of the category ${category} are switched off` };
      }
      const until = row.quietHours === null || isUrgent ? null : quietUntil(row.quietHours, at);
      return until === null ? { kind: "send" } : { kind: "defer", until };
    },
  };
}
