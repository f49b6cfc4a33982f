/** A subscribed browser as it is stored. */
import { z } from "zod";
import { idSchema } from "../shared/basics.ts";
import { type Device, pushOutcomeSchema } from "../shared/notification_schema.ts";

/** Tags remembered as shown on a device; older ones are forgotten. */
export const SHOWN_MAX = 20;

/** Something that was pushed to the device and that it may still show. */
export const shownSchema = z.object({
  tag: z.string(),
  source: z.string(),
  /** `timestamp` of the content: nothing older or equal is pushed under the same tag again. */
  timestamp: z.number(),
});
export type Shown = z.infer<typeof shownSchema>;

export const deviceRowSchema = z.object({
  id: idSchema,
  userId: idSchema,
  endpoint: z.string(),
  keys: z.object({ p256dh: z.string(), auth: z.string() }),
  /** The server's public key that the subscription was made with (P18). */
  vapidKey: z.string(),
  expirationTime: z.number().nullable(),
  name: z.string(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
  state: z.enum(["active", "needs_resubscribe"]),
  /** False while its owner wants no pushes there. */
  enabled: z.boolean().default(true),
  /** The session that subscribed it: it goes when that is ended. */
  sessionId: z.string().nullable().default(null),
  lastOutcome: pushOutcomeSchema.nullable(),
  shown: z.array(shownSchema),
});
export type DeviceRow = z.infer<typeof deviceRowSchema>;

/**
 * What its owner is shown: never the endpoint, which whoever knows it may write to. `key`: whether
 * the one that it subscribed with is the server's now, one of before (P18), or none of ours.
 */
export function toDevice(row: DeviceRow, key: "current" | "previous" | "unknown"): Device {
  return {
    id: row.id,
    name: row.name,
    createdAt: new Date(row.createdAt).toISOString(),
    lastSeenAt: new Date(row.lastSeenAt).toISOString(),
    state: key === "unknown" ? "needs_resubscribe" : row.state,
    enabled: row.enabled,
    currentKey: key === "current",
    lastOutcome: row.lastOutcome,
  };
}

/** `shown` with one more on top, without those that are `closed`. */
export function addShown(
  shown: readonly Shown[],
  added: Shown,
  closed: readonly string[],
): Shown[] {
  const kept = shown.filter(({ tag }) => tag !== added.tag && !closed.includes(tag));
  return [added, ...kept].slice(0, SHOWN_MAX);
}
