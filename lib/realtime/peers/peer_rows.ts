/**
 * What a server writes for the others: one row that says that it lives and what is new, and a fixed
 * number of rows ("buckets") that list everybody who is connected there.
 */
import { z } from "zod";
import { idSchema } from "../../shared/basics.ts";

/** Where somebody is on one server: "visible" with a window that can be seen right now. */
export const whereaboutsSchema = z.enum(["gone", "hidden", "visible"]);
export type Whereabouts = z.infer<typeof whereaboutsSchema>;

/** People of one server are spread over so many rows; a change rewrites one of them. */
export const BUCKETS = 64;
/** Characters of ids in one bucket, below the 65,536 bytes of a value: 96,000 people a server. */
export const BUCKET_MAX_CHARS = 50_000;
/** Characters of news in a server's row. */
export const NEWS_MAX_CHARS = 40_000;
/** Who looks later than this reads the buckets instead; typing is over by then. */
export const NEWS_KEPT_MS = 5000;

const changeSchema = z.tuple([z.number(), idSchema, whereaboutsSchema, z.number()]);
const typingSchema = z.tuple([z.number(), idSchema, idSchema, z.boolean()]);

/** A server's row. */
export const peerRowSchema = z.object({
  /** Changes so far. One that is not among `changes` any more has to be read from the buckets. */
  n: z.number(),
  /** `[n, userId, whereabouts, time in ms]`, the latest ones. */
  changes: z.array(changeSchema),
  /** Typing frames so far. */
  t: z.number(),
  /** `[t, userId, conversationId, on]`, the latest ones; a lost one is no harm. */
  typing: z.array(typingSchema),
  /** It is stopping: nobody is visible there any more. */
  leaving: z.boolean(),
});
export type PeerRow = z.infer<typeof peerRowSchema>;

/** A bucket. */
export const bucketSchema = z.object({ hidden: z.array(idSchema), visible: z.array(idSchema) });
export type Bucket = z.infer<typeof bucketSchema>;

/** The bucket of somebody: FNV-1a, the same for ever. */
export function bucketOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < userId.length; i++) {
    hash = Math.imul(hash ^ userId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % BUCKETS;
}
