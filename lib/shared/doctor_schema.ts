/** Why somebody gets no pushes: what the server can tell. */
import { z } from "zod";
import { timeSchema } from "./basics.ts";
import { deviceSchema } from "./notification_schema.ts";

const step = <N extends string, C extends [string, ...string[]]>(name: N, codes: C) =>
  z.strictObject({
    step: z.literal(name),
    /** False: this alone explains why nothing comes. */
    ok: z.boolean(),
    code: z.enum(codes),
    /** A count, a time or names that belong to the code; null where there is none. */
    detail: z.string().nullable(),
  });

export const doctorStepSchema = z.discriminatedUnion("step", [
  /** `detail`: how many take pushes. */
  step("devices", ["ok", "none", "all_off"]),
  /** `detail`: how many must subscribe again, by opening the app there. */
  step("subscriptions", ["ok", "needs_resubscribe"]),
  /** What became of the newest push to any of them; `detail`: the reason. */
  step("last_push", ["none_yet", "sent", "suppressed", "expired", "gone", "refused", "failed"]),
  /** `detail`: names of the categories whose pushes are off, separated by commas. */
  step("categories", ["ok", "some_off", "all_off"]),
  /** `detail`: when they end (ISO 8601). */
  step("quiet_hours", ["ok", "quiet_now"]),
  /** `detail`: how many conversations. */
  step("mutes", ["ok", "some_muted"]),
  /** The server's own way out; `detail`: seconds that the oldest push has been due. */
  step("delivery", ["ok", "late"]),
]);
/** One thing that was looked at. */
export type DoctorStep = z.infer<typeof doctorStepSchema>;

export const doctorSchema = z.strictObject({
  devices: z.array(deviceSchema),
  /** The end of the quiet time that it is now. */
  quietUntil: timeSchema.nullable(),
  mutedConversations: z.int(),
  /** One each, in the order in which a push meets them. */
  steps: z.array(doctorStepSchema),
});
/** See the header of this module. */
export type Doctor = z.infer<typeof doctorSchema>;
