/** Preferences and categories in the store, and what they mean for a push. */
import { AppError } from "../shared/errors.ts";
import { categoriesBody, type Category } from "../shared/preferences_schema.ts";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import type { PushGate } from "../push/types.ts";
import { DEFAULT_CATEGORIES, findIssues, isOn, toPreferences, withChange } from "./categories.ts";
import { NO_PREFERENCES, type PreferencesRow, preferencesRowSchema } from "./preferences_row.ts";
import { quietUntil } from "./quiet_hours.ts";
import type { PreferenceService } from "./types.ts";

/** See {@link PreferenceService}; it is also what a push asks before it is sent. */
export function createPreferenceService(
  { kv }: { kv: Deno.Kv },
): PreferenceService & { gate: PushGate } {
  async function read(userId: string): Promise<[readonly Category[], PreferencesRow]> {
    const [categories, row] = await kv.getMany<[unknown, unknown]>([
      keys.categories(),
      keys.preferences(userId),
    ]);
    return [parseCategories(categories.value), parseRow(row.value)];
  }

  return {
    async preferences(userId) {
      return toPreferences(...await read(userId));
    },

    async setPreferences(userId, change) {
      return await transact(kv, async (tx) => {
        const categories = parseCategories(await tx.get(keys.categories()));
        const issues = findIssues(categories, change);
        const [first] = issues;
        if (first) {
          throw new AppError(
            "invalid",
            `Cannot change the preferences: ${first.path} ${first.message}`,
            { issues },
          );
        }
        const row = withChange(parseRow(await tx.get(keys.preferences(userId))), change);
        tx.set(keys.preferences(userId), row);
        return toPreferences(categories, row);
      });
    },

    async categories() {
      return parseCategories((await kv.get(keys.categories())).value);
    },

    async setCategories(categories) {
      await kv.set(keys.categories(), categories);
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

function parseCategories(value: unknown): readonly Category[] {
  return value === null ? DEFAULT_CATEGORIES : categoriesBody.parse(value);
}

function parseRow(value: unknown): PreferencesRow {
  return value === null ? NO_PREFERENCES : preferencesRowSchema.parse(value);
}
