/** What somebody wants to be told, and when: shapes and limits of categories and preferences. */
import { z } from "zod";
import { idSchema, timeSchema } from "./basics.ts";
import { categoryNameSchema } from "./notification_schema.ts";

/** Conversations that one request mutes. */
export const MUTES_MAX = 100;
/** Categories of one site. */
export const CATEGORIES_MAX = 30;

const channelRuleSchema = z.strictObject({
  /** What holds for who has not chosen. */
  on: z.boolean(),
  /** True where nobody can choose otherwise. */
  fixed: z.boolean(),
});

export const categorySchema = z.strictObject({
  name: categoryNameSchema,
  /** As people read it. */
  title: z.string().trim().min(1).max(60),
  bell: channelRuleSchema,
  push: channelRuleSchema,
});
/** A kind of notification, with the operator's rules for the two ways it can come. */
export type Category = z.infer<typeof categorySchema>;

export const categoriesBody = z.array(categorySchema).min(1).max(CATEGORIES_MAX).superRefine(
  (categories, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of categories.entries()) {
      if (seen.has(name)) {
        context.addIssue({ code: "custom", path: [index, "name"], message: "is there twice" });
      }
      seen.add(name);
    }
    if (!seen.has("general")) {
      context.addIssue({ code: "custom", path: [], message: 'must hold a category "general"' });
    }
  },
);

/** A time of day as "HH:MM", 24 hours. */
export const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
  error: 'must be a time such as "22:00"',
});

/** A time zone by its IANA name. */
export const timeZoneSchema = z.string().max(64).refine(isTimeZone, {
  error: 'must be a time zone such as "Europe/Berlin"',
});

export const quietHoursSchema = z.strictObject({
  timeZone: timeZoneSchema,
  /** Days on which a quiet time starts: Sunday 0 to Saturday 6. */
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: timeOfDaySchema,
  to: timeOfDaySchema,
});
/** When no push rings but an urgent one. */
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const preferencesSchema = z.strictObject({
  /** Each category with what holds for this person. */
  categories: z.array(z.strictObject({
    name: z.string(),
    title: z.string(),
    bell: channelRuleSchema,
    push: channelRuleSchema,
  })),
  quietHours: quietHoursSchema.nullable(),
  /** Pushes say that there is something, not what; `fixed` where the site has it so for everybody. */
  hideContent: channelRuleSchema,
  /** Conversations whose messages are not pushed, until then. */
  mutedConversations: z.array(z.strictObject({ conversationId: idSchema, until: timeSchema })),
});
/** What holds for one person: `on` is their own choice where they made one. */
export type Preferences = z.infer<typeof preferencesSchema>;

const choiceSchema = z.strictObject({
  bell: z.boolean().optional(),
  push: z.boolean().optional(),
});
export const preferencesBody = z.strictObject({
  /** By the name of the category; what is not named stays as it is. */
  categories: z.record(categoryNameSchema, choiceSchema).optional(),
  quietHours: quietHoursSchema.nullable().optional(),
  hideContent: z.boolean().optional(),
  /** `until: null` ends it; conversations that are not named stay as they are. */
  mutedConversations: z.array(
    z.strictObject({ conversationId: idSchema, until: timeSchema.nullable() }),
  ).max(MUTES_MAX).optional(),
});
/** A change of preferences: what is missing stays as it is. */
export type PreferencesChange = z.infer<typeof preferencesBody>;

export const pushSettingsSchema = z.strictObject({
  /** No text of a message or notification leaves for a push service, whatever people choose. */
  hideContent: z.boolean(),
});
/** What the operator has set for all pushes. */
export type PushSettings = z.infer<typeof pushSettingsSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
