/** Tickets: what opens a socket where neither a cookie nor a header can be sent. Good once. */
import { z } from "zod";
import { idSchema } from "../shared/basics.ts";
import type { Clock } from "../shared/clock.ts";
import { roleSchema } from "../shared/user_schema.ts";
import { keys } from "../kv/keys.ts";
import { transact } from "../kv/transact.ts";
import { digest, randomSecret } from "./random.ts";
import type { UserPrincipal } from "./types.ts";

/** How long a ticket is good. */
export const TICKET_MS = 60_000;

const storedTicketSchema = z.strictObject({
  userId: idSchema,
  role: roleSchema,
  sessionId: idSchema.nullable(),
  tokenExpiresAt: z.number().nullable(),
  rooms: z.array(idSchema),
  /** The store's own expiry comes late, so the time is checked here. */
  expiresAt: z.number(),
});
type StoredTicket = z.infer<typeof storedTicketSchema>;

/** Tickets of every server on this store. */
export interface TicketService {
  create(principal: UserPrincipal): Promise<string>;
  /** Who made it; null when it is unknown, used or too old. */
  redeem(ticket: string): Promise<UserPrincipal | null>;
}

/** Makes and takes tickets. */
export function createTicketService({ kv, clock }: { kv: Deno.Kv; clock: Clock }): TicketService {
  return {
    async create(principal) {
      const ticket = randomSecret();
      const stored: StoredTicket = {
        userId: principal.userId,
        role: principal.role,
        sessionId: principal.sessionId,
        tokenExpiresAt: principal.expiresAt,
        rooms: principal.rooms,
        expiresAt: clock.now() + TICKET_MS,
      };
      await kv.set(keys.ticket(digest(ticket)), stored, { expireIn: TICKET_MS });
      return ticket;
    },
    async redeem(ticket) {
      const key = keys.ticket(digest(ticket));
      // The delete is checked, so of two that come at once one finds nothing.
      const stored = await transact(kv, async (tx) => {
        const value = await tx.get<unknown>(key);
        if (value === null) return null;
        tx.delete(key);
        return storedTicketSchema.parse(value);
      });
      if (!stored || stored.expiresAt <= clock.now()) return null;
      return {
        kind: "user",
        userId: stored.userId,
        role: stored.role,
        sessionId: stored.sessionId,
        expiresAt: stored.tokenExpiresAt,
        rooms: stored.rooms,
        via: "ticket",
      };
    },
  };
}
