/** Somebody's preferences as they are stored. */
import { z } from "zod";
import { quietHoursSchema } from "../shared/preferences_schema.ts";

export const preferencesRowSchema = z.object({
  /** By category: what somebody chose themselves. */
  choices: z.record(
    z.string(),
    z.object({ bell: z.boolean().optional(), push: z.boolean().optional() }),
  ),
  quietHours: quietHoursSchema.nullable(),
  hideContent: z.boolean().default(false),
});
export type PreferencesRow = z.infer<typeof preferencesRowSchema>;

/** Who has chosen nothing. */
export const NO_PREFERENCES: PreferencesRow = {
  choices: {},
  quietHours: null,
  hideContent: false,
};

/** Stored preferences as they are used. */
export function parsePreferences(value: unknown): PreferencesRow {
  return value === null ? NO_PREFERENCES : preferencesRowSchema.parse(value);
}
