/** Schemas that the others are built of. */
import { z } from "zod";

/** An id: opaque, and safe as a part of a key or a path. Host platforms' subjects fit too. */
export const idSchema: z.ZodString = z.string().min(1).max(128)
  .regex(/^[\w.:@|+=~-]+$/, "may hold letters, digits and _ . : @ | + = ~ - only");

/** A moment: ISO 8601, UTC. */
export const timeSchema: z.ZodISODateTime = z.iso.datetime();

/**
 * What a person may be called: trimmed, 1 to 80 characters, something that can be seen, and nothing
 * that controls, or turns around, the text it stands in (UAX #9, explicit directional formatting).
 */
export const nameSchema: z.ZodString = z.string().trim().min(1).max(80)
  .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, "may not hold control characters")
  .regex(/^$|[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u, "must hold a visible character");

/** A position in a conversation or a log: 1, 2, 3 …; 0 means "before the first". */
export const seqSchema: z.ZodNumber = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** A seq or limit in a query string. */
export const querySeqSchema = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `limit` of a page: 1 to `max`, `fallback` when it is not given. */
export function limitSchema(max: number, fallback: number) {
  return z.coerce.number().int().min(1).max(max).default(fallback);
}

/** Where a page of rows begins and ends; null means that nothing is left on that side. */
export const pageSchema = z.strictObject({
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type Page = z.infer<typeof pageSchema>;
