/** A notification that waits for its time, as it is stored. */
import { z } from "zod";
import { notifyFullBody } from "../shared/notification_schema.ts";

/** Stored with what was sent. */
export const senderSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    userId: z.string(),
    role: z.enum(["member", "instructor", "admin"]),
  }),
  z.object({ kind: z.literal("service"), keyId: z.string() }),
]);
/** Who sends, as far as it decides whom they reach. */
export type Sender = z.infer<typeof senderSchema>;

export const scheduledRowSchema = z.object({
  id: z.string(),
  by: senderSchema,
  input: notifyFullBody,
  /** When it was taken (ms); missing in rows of older releases. */
  acceptedAt: z.number().optional(),
  /** When it is to be sent (ms). */
  at: z.number(),
  recipients: z.number(),
  state: z.enum(["waiting", "sending", "sent", "cancelled", "failed"]),
  /** The notification that it became, or why it did not. */
  result: z.string().nullable(),
  /** The notification that its reader has put off, of which this is the copy that comes back. */
  snoozed: z.string().optional(),
  /** Which are alike, where that does not follow from the input. */
  group: z.string().optional(),
});
export type ScheduledRow = z.infer<typeof scheduledRowSchema>;

/** A stored row as it is used; null where none is. */
export function parseScheduled(value: unknown): ScheduledRow | null {
  return value === null ? null : scheduledRowSchema.parse(value);
}
