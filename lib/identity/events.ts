/** What identity tells every server through the journal. */
import { z } from "zod";
import { idSchema } from "../shared/basics.ts";
import { type Person, personSchema } from "../shared/user_schema.ts";
import type { JournalPayload } from "../kv/journal/types.ts";

const sessionRevokedSchema = z.object({
  type: z.literal("session.revoked"),
  userId: idSchema,
  sessionId: idSchema,
});
const userChangedSchema = z.object({ type: z.literal("user.changed"), person: personSchema });
const eventSchema = z.discriminatedUnion("type", [sessionRevokedSchema, userChangedSchema]);

/** An event of identity. */
export type IdentityEvent = z.infer<typeof eventSchema>;

/** A session has ended: its sockets are to be closed. */
export function sessionRevoked(userId: string, sessionId: string): IdentityEvent {
  return { type: "session.revoked", userId, sessionId };
}

/** A profile is new or says something else. */
export function userChanged(person: Person): IdentityEvent {
  return { type: "user.changed", person };
}

/** The event of a payload; null for other domains' and for what a newer release writes. */
export function parseIdentityEvent(payload: JournalPayload): IdentityEvent | null {
  if (payload.type !== "session.revoked" && payload.type !== "user.changed") return null;
  const parsed = eventSchema.safeParse(payload);
  return parsed.success ? parsed.data : null;
}
