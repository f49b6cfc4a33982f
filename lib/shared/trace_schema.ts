/** The way of one notification, as its sender and operators may see it. */
import { z } from "zod";
import { idSchema, limitSchema, timeSchema } from "./basics.ts";
import { PAGE_DEFAULT, PAGE_MAX } from "./limits.ts";
import { pushOutcomeSchema } from "./notification_schema.ts";

export const tracedPushSchema = z.strictObject({
  deviceId: idSchema,
  /** As its owner reads it: "Firefox on Linux". */
  device: z.string(),
  at: timeSchema,
  /** `deferred`: held back by quiet hours. `failed` is tried again, `dead` was given up. */
  result: z.enum([...pushOutcomeSchema.shape.result.options, "deferred", "dead"]),
  reason: z.string(),
  status: z.number().int().nullable(),
});
/** What became of the push to one device. */
export type TracedPush = z.infer<typeof tracedPushSchema>;

/** What somebody did with it; `hidden` is kept out by their preferences. */
export const bellStateSchema = z.enum(["unseen", "seen", "read", "archived", "hidden"]);
export type BellState = z.infer<typeof bellStateSchema>;

const tracedPersonSchema = z.strictObject({
  userId: idSchema,
  bell: bellStateSchema,
  /** Empty: no device, or nothing was pushed to one yet. */
  pushes: z.array(tracedPushSchema),
});

export const traceSchema = z.strictObject({
  id: idSchema,
  state: z.enum(["waiting", "sent", "cancelled", "failed"]),
  /** Why it failed. */
  reason: z.string().nullable(),
  /** The notification that it became; null while it is none. */
  notificationId: idSchema.nullable(),
  sender: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("user"), userId: idSchema }),
    z.strictObject({ kind: z.literal("service"), keyId: idSchema }),
  ]),
  /** When it was taken; null where it is not known any more. */
  acceptedAt: timeSchema.nullable(),
  sendAt: timeSchema.nullable(),
  sentAt: timeSchema.nullable(),
  audience: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("users") }),
    z.strictObject({ kind: z.literal("room"), roomId: idSchema }),
    z.strictObject({ kind: z.literal("broadcast") }),
  ]),
  /** As many as it was for when it was taken. */
  recipients: z.int(),
  /** A page of those who have it, by id. */
  people: z.array(tracedPersonSchema),
});
/** See the header of this module. */
export type Trace = z.infer<typeof traceSchema>;

export const traceQuery = z.strictObject({
  limit: limitSchema(PAGE_MAX, PAGE_DEFAULT),
  after: idSchema.optional(),
});
