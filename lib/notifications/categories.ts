/** Kinds of notification and who may switch them off: pure. */
import {
  categoriesBody,
  type Category,
  type Preferences,
  type PreferencesChange,
  type PushSettings,
  pushSettingsSchema,
} from "../shared/preferences_schema.ts";
import type { PreferencesRow } from "./preferences_row.ts";

const CHOICE = { on: true, fixed: false } as const;

/** What a site has until its operator says otherwise. */
export const DEFAULT_CATEGORIES: readonly Category[] = [
  // Messages have a list of their own: they never lie in the bell.
  { name: "message", title: "Messages", bell: { on: false, fixed: true }, push: CHOICE },
  { name: "general", title: "General", bell: CHOICE, push: CHOICE },
  { name: "announcements", title: "Announcements", bell: CHOICE, push: CHOICE },
  { name: "assignments", title: "Assignments", bell: CHOICE, push: CHOICE },
  { name: "grades", title: "Grades", bell: CHOICE, push: CHOICE },
  {
    name: "account",
    title: "Your account",
    bell: { on: true, fixed: true },
    push: { on: true, fixed: true },
  },
];

/** The category whose rules hold for `name`: "general" where nobody has made it. */
export function categoryOf(categories: readonly Category[], name: string): Category {
  const found = categories.find((category) => category.name === name) ??
    categories.find((category) => category.name === "general");
  if (!found) throw new Error('There is no category "general"');
  return found;
}

/** Whether a notification of this category comes by `channel` to who has these preferences. */
export function isOn(
  categories: readonly Category[],
  row: PreferencesRow,
  name: string,
  channel: "bell" | "push",
): boolean {
  const category = categoryOf(categories, name);
  const rule = category[channel];
  return rule.fixed ? rule.on : row.choices[category.name]?.[channel] ?? rule.on;
}

/**
 * Which categories somebody keeps out of the bell; null where none. What nobody has made follows
 * "general", and so does what is named as messages are, which have a list of their own.
 */
export function findHidden(
  categories: readonly Category[],
  row: PreferencesRow,
): ((category: string) => boolean) | null {
  const known = categories.filter(({ name }) => name !== "message");
  if (known.every(({ name }) => isOn(known, row, name, "bell"))) return null;
  return (category) => !isOn(known, row, category, "bell");
}

/** Stored categories as they are used: the built-in ones where none are stored. */
export function parseCategories(value: unknown): readonly Category[] {
  return value === null ? DEFAULT_CATEGORIES : categoriesBody.parse(value);
}

/** Stored settings as they are used. */
export function parsePushSettings(value: unknown): PushSettings {
  return value === null ? { hideContent: false } : pushSettingsSchema.parse(value);
}

/** What holds for somebody, category by category. */
export function toPreferences(
  categories: readonly Category[],
  row: PreferencesRow,
  site: PushSettings = parsePushSettings(null),
): Omit<Preferences, "mutedConversations"> {
  return {
    categories: categories.map(({ name, title, bell, push }) => ({
      name,
      title,
      bell: { ...bell, on: isOn(categories, row, name, "bell") },
      push: { ...push, on: isOn(categories, row, name, "push") },
    })),
    quietHours: row.quietHours,
    hideContent: { on: site.hideContent || row.hideContent, fixed: site.hideContent },
  };
}

/** Why a change can't be made, field by field: an unknown category, or one that is fixed. */
export function findIssues(
  categories: readonly Category[],
  change: PreferencesChange,
  site: PushSettings = parsePushSettings(null),
): { path: string; message: string }[] {
  const hiding = site.hideContent && change.hideContent === false
    ? [{ path: "hideContent", message: "can't be switched off" }]
    : [];
  const choices = Object.entries(change.categories ?? {}).flatMap(([name, choice]) => {
    const category = categories.find((one) => one.name === name);
    const path = `categories.${name}`;
    if (!category) return [{ path, message: "no such category" }];
    return (["bell", "push"] as const).flatMap((channel) => {
      const { on, fixed } = category[channel];
      const wanted = choice[channel];
      return fixed && wanted !== undefined && wanted !== on
        ? [{ path: `${path}.${channel}`, message: `can't be switched ${on ? "off" : "on"}` }]
        : [];
    });
  });
  return [...hiding, ...choices];
}

/** The preferences after a change without issues. */
export function withChange(row: PreferencesRow, change: PreferencesChange): PreferencesRow {
  const choices = { ...row.choices };
  for (const [name, choice] of Object.entries(change.categories ?? {})) {
    choices[name] = { ...choices[name], ...choice };
  }
  return {
    choices,
    quietHours: change.quietHours === undefined ? row.quietHours : change.quietHours,
    hideContent: change.hideContent ?? row.hideContent,
  };
}
