/** A notification that somebody has put off, as it is stored. */
import { z } from "zod";
import { notificationSchema } from "../shared/notification_schema.ts";

export const snoozedRowSchema = z.object({
  /** What brings it back. */
  scheduleId: z.string(),
  /** When (ms). */
  until: z.number(),
  /** As it was. */
  notification: notificationSchema,
});
export type SnoozedRow = z.infer<typeof snoozedRowSchema>;

/** A stored row as it is used; null where none is. */
export function parseSnoozed(value: unknown): SnoozedRow | null {
  return value === null ? null : snoozedRowSchema.parse(value);
}
