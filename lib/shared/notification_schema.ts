/** Notifications and push subscriptions. */
import { z } from "zod";
import { idSchema, limitSchema, querySeqSchema, seqSchema, timeSchema } from "./basics.ts";
import { NOTIFICATION_RECIPIENTS_MAX, PAGE_DEFAULT, PAGE_MAX } from "./limits.ts";

/** A same-origin path or an https URL. */
export const linkSchema = z.string().max(2048).regex(
  /^(https:\/\/[^\s\\\p{Cc}]+|\/(?![/\\])[^\s\\\p{Cc}]*)$/u,
  "must be a path of this site or an https URL",
);
const word = z.string().min(1).max(64)
  .regex(/^[\w.:-]+$/, "may hold letters, digits and _ . : - only");

/** The name of a category. */
export const categoryNameSchema = word;

export const urgencySchema = z.enum(["very-low", "low", "normal", "high"]);
/** RFC 8030 §5.3. */
export type Urgency = z.infer<typeof urgencySchema>;

export const notificationSchema = z.strictObject({
  id: idSchema,
  seq: seqSchema,
  type: word,
  title: z.string(),
  message: z.string(),
  link: z.string().nullable(),
  category: z.string(),
  /** The same for alike ones: those of one sender with one collapse key. */
  group: z.string().optional(),
  /** When it comes back, where it is put off. */
  snoozedUntil: timeSchema.optional(),
  createdAt: timeSchema,
  seenAt: timeSchema.nullable(),
  readAt: timeSchema.nullable(),
  archivedAt: timeSchema.nullable(),
});
export type Notification = z.infer<typeof notificationSchema>;

export const countsSchema = z.strictObject({
  unreadCount: z.number().int().min(0),
  unseenCount: z.number().int().min(0),
});
export type NotificationCounts = z.infer<typeof countsSchema>;

export const audienceSchema = z.union([
  z.strictObject({ userId: idSchema }),
  z.strictObject({ userIds: z.array(idSchema).min(1).max(NOTIFICATION_RECIPIENTS_MAX) }),
  z.strictObject({ room: idSchema }),
  z.strictObject({ broadcast: z.literal(true) }),
]);
/** Whom a notification is for. */
export type Audience = z.infer<typeof audienceSchema>;

const text = {
  title: z.string().trim().min(1).max(200),
  message: z.string().trim().min(1).max(2000),
  link: linkSchema.optional(),
};
export const notifyFullBody = z.strictObject({
  to: audienceSchema,
  type: word,
  ...text,
  category: word.optional(),
  urgency: urgencySchema.optional(),
  collapseKey: z.string().min(1).max(128).optional(),
  sendAt: timeSchema.optional(),
});
export const notifyShortBody = z.strictObject({ userId: idSchema, ...text });
export const notifyBody = z.union([notifyFullBody, notifyShortBody]);
export type NotifyBody = z.infer<typeof notifyBody>;
/** A notification to send, whichever form it was asked for in. */
export type NotifyInput = z.infer<typeof notifyFullBody>;
export const notifiedSchema = z.strictObject({ id: idSchema, recipients: z.number().int() });

export const notificationsQuery = z.strictObject({
  filter: z.enum(["all", "unread", "archived", "snoozed"]).default("all"),
  limit: limitSchema(PAGE_MAX, PAGE_DEFAULT),
  before: querySeqSchema.optional(),
});

/** Whom a push service may write to (RFC 8292 §2.1); Apple refuses localhost. */
export const vapidSubjectSchema = z.string().regex(
  /^(mailto:[^@\s]+@(?!localhost\b)[^@\s]+|https:\/\/(?!localhost\b)\S+)$/,
  "must be a mailto: or https: address that is not localhost",
);

/** A `PushSubscription` as the browser's `toJSON()` gives it (Push API §8). */
export const pushSubscriptionBody = z.strictObject({
  endpoint: z.string().max(2048),
  expirationTime: z.number().nullable().optional(),
  /** The key that it was made with; missing: the server's of now. */
  applicationServerKey: z.string().regex(/^[\w-]{87}$/, "must be 87 characters of base64url")
    .optional(),
  keys: z.strictObject({
    p256dh: z.string().regex(/^[\w-]{87}=?$/, "must be an uncompressed P-256 key in base64url"),
    auth: z.string().regex(/^[\w-]{22}={0,2}$/, "must be 16 bytes in base64url"),
  }),
});
export type PushSubscriptionBody = z.infer<typeof pushSubscriptionBody>;

export const pushOutcomeSchema = z.strictObject({
  at: timeSchema,
  result: z.enum(["sent", "suppressed", "expired", "gone", "refused", "failed"]),
  reason: z.string(),
  status: z.number().int().nullable(),
});
/** What became of the last push to a device. */
export type PushOutcome = z.infer<typeof pushOutcomeSchema>;

export const deviceSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  createdAt: timeSchema,
  lastSeenAt: timeSchema,
  state: z.enum(["active", "needs_resubscribe"]),
  /** False while its owner wants no pushes there. */
  enabled: z.boolean(),
  /** It subscribed with the key that the server hands out now. */
  currentKey: z.boolean(),
  lastOutcome: pushOutcomeSchema.nullable(),
});
/** A browser that takes pushes. */
export type Device = z.infer<typeof deviceSchema>;
