/** Notifications as they are stored: heads, logs, entries, contents, inboxes. */
import { z } from "zod";
import { senderSchema } from "./scheduled_row.ts";

/**
 * Logs: `u:<userId>` is one person's, `r:<roomId>` a room's, `b` everybody's. A send to a room or to
 * everybody is one row, whoever reads it (R9).
 */
export type LogName = string;
export const BROADCAST_LOG: LogName = "b";
export const personalLog = (userId: string): LogName => `u:${userId}`;
export const roomLog = (roomId: string): LogName => `r:${roomId}`;

/** The one sequence of all notifications, so that a client's position is one number. */
export interface HeadRow {
  seq: number;
  /** Time of the newest: times never go back, whatever the servers' clocks say. */
  at: number;
}

/** The head of one log: its entries count 1, 2, 3 …; `lastSeq` is the newest entry's seq. */
export interface LogRow {
  count: number;
  lastSeq: number;
}

export const contentSchema = z.object({
  type: z.string(),
  title: z.string(),
  message: z.string(),
  link: z.string().nullable(),
  category: z.string(),
  /** The same for alike ones. */
  group: z.string().optional(),
});
/** What a notification says. */
export type NotificationContent = z.infer<typeof contentSchema>;

export const entrySchema = z.object({
  seq: z.number(),
  /** Its place in its log: 1, 2, 3 … */
  ord: z.number(),
  at: z.number(),
  /** Null where many personal entries share one content row. */
  content: contentSchema.nullable(),
  /** That of the content. */
  category: z.string().default("general"),
});
/** One notification in one log. */
export type EntryRow = z.infer<typeof entrySchema>;

const rangesSchema = z.array(z.number()).readonly();
export const logStateSchema = z.object({
  /** When the person came to the log: a second time starts afresh. */
  joinedAt: z.number(),
  /** Entries up to here are from before they came. */
  start: z.number(),
  /** Entries up to here were on screen in the bell. */
  seen: z.number(),
  /** Places (ord) of what was read, archived included. */
  read: rangesSchema,
  archived: rangesSchema,
  /** Places of what preferences keep out of the bell; counted as archived, so that none is unread. */
  hidden: rangesSchema.default([]),
  /** Entries up to here have been looked at for that. */
  scanned: z.number().default(0),
});
/** What somebody has done with one log. */
export type LogState = z.infer<typeof logStateSchema>;

const markSchema = z.object({ seq: z.number(), at: z.number() });
/** All up to `seq` at once, and when. */
export type Mark = z.infer<typeof markSchema>;

export const inboxSchema = z.object({
  logs: z.record(z.string(), logStateSchema),
  seenMarks: z.array(markSchema).readonly(),
  readMarks: z.array(markSchema).readonly(),
});
/** What somebody has seen, read and archived; a log that is missing is untouched. */
export type InboxRow = z.infer<typeof inboxSchema>;

/** When somebody read or archived one notification by itself (ms). */
export interface TimesRow {
  readAt?: number;
  archivedAt?: number;
}

export const recordSchema = z.object({
  id: z.string(),
  at: z.number(),
  by: senderSchema,
  recipients: z.number(),
  to: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("users"), userIds: z.array(z.string()).readonly() }),
    z.object({ kind: z.literal("room"), roomId: z.string() }),
    z.object({ kind: z.literal("broadcast") }),
  ]),
});
/** Who sent one part of a notification to whom: what its trace starts from. */
export type RecordRow = z.infer<typeof recordSchema>;

/** What an idempotency key stands for. */
export interface SentRow {
  /** Digest of the request: another one with the same key is refused. */
  digest: string;
  id: string;
  seq: number;
  at: number;
  recipients: number;
}
