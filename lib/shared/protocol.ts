/** The socket protocol `skilllink.v1`: every frame, both ways. */
import { z } from "zod";
import { idSchema, seqSchema } from "./basics.ts";
import { FRAMES_PER_ARRAY, RESUME_CONVERSATIONS_MAX } from "./limits.ts";
import type { ErrorCode } from "./errors.ts";
import { sendFrame } from "./message_schema.ts";
import type { Conversation, Message } from "./message_schema.ts";
import type { Notification, NotificationCounts } from "./notification_schema.ts";

/** What a client knows of a conversation: the last message it has, and the last change. */
export const positionSchema = z.strictObject({ seq: seqSchema, rev: seqSchema });
export type Position = z.infer<typeof positionSchema>;

/** What a client may say. */
export const clientFrameSchema = z.discriminatedUnion("type", [
  sendFrame,
  z.strictObject({ type: z.literal("read"), conversationId: idSchema, upTo: seqSchema }),
  z.strictObject({ type: z.literal("typing"), conversationId: idSchema, on: z.boolean() }),
  z.strictObject({
    type: z.literal("history"),
    conversationId: idSchema,
    after: seqSchema,
    upTo: seqSchema,
  }),
  z.strictObject({
    type: z.literal("resume"),
    conversations: z.record(idSchema, positionSchema)
      .refine((all) => Object.keys(all).length <= RESUME_CONVERSATIONS_MAX, {
        error: `name at most ${RESUME_CONVERSATIONS_MAX} conversations`,
      }),
    notifications: seqSchema,
  }),
  z.strictObject({ type: z.literal("refresh"), token: z.string().max(8192) }),
  /** Whether this window can be seen: a push that a visible window shows is not sent. */
  z.strictObject({ type: z.literal("visibility"), visible: z.boolean() }),
  z.strictObject({ type: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** One socket message: a frame, or several. */
export const clientMessageSchema = z.union([
  clientFrameSchema.transform((frame) => [frame]),
  z.array(clientFrameSchema).min(1).max(FRAMES_PER_ARRAY),
]);

/** A conversation as `resumed` lists it; `rev` is where the next resume starts. */
export type ConversationRow = Conversation & { rev: number };

/** What the server may say. */
export type ServerFrame =
  | {
    type: "connected";
    userId: string;
    connectionId: string;
    heartbeatSeconds: number;
    serverTime: string;
    /** Of the store: with another one, nothing that is known counts any more. */
    epoch: string;
  }
  | { type: "ack"; clientId: string; message: Message }
  | { type: "error"; clientId?: string; code: ErrorCode; message: string }
  | { type: "message"; message: Message; rev: number }
  | { type: "message.updated"; conversationId: string; rev: number; message: Message }
  | {
    type: "message.deleted";
    conversationId: string;
    rev: number;
    messageId: string;
    seq: number;
    deletedAt: string;
  }
  | {
    type: "reaction";
    conversationId: string;
    rev: number;
    messageId: string;
    seq: number;
    userId: string;
    emoji: string;
    on: boolean;
  }
  | { type: "read"; conversationId: string; userId: string; upTo: number; unreadCount?: number }
  | { type: "typing"; conversationId: string; userId: string; on: boolean }
  | { type: "history"; conversationId: string; messages: Message[] }
  /** A conversation that is new to this user, or that they have muted: the whole row. */
  | { type: "conversation"; conversation: ConversationRow }
  /** This user is no member of it (any more). */
  | { type: "conversation.removed"; conversationId: string }
  /** Others joined or left a room. */
  | {
    type: "members";
    conversationId: string;
    rev: number;
    joined: boolean;
    userIds: string[];
    memberCount: number;
  }
  | { type: "resumed"; conversations: ConversationRow[]; reset: string[] }
  | ({ type: "notification"; notification: Notification } & NotificationCounts)
  | (
    & { type: "notification.changed"; ids: string[]; state: NotificationState; upTo?: number }
    & NotificationCounts
  )
  | { type: "presence"; userId: string; online: boolean; lastSeenAt: string | null }
  | { type: "pong"; serverTime: string }
  | { type: "bye"; code: number; retryInMs: number };

/**
 * What became of notifications. With `read_all` and `seen`, `ids` is empty: all so far, or those up
 * to the seq `upTo`.
 */
export type NotificationState = "seen" | "read" | "read_all" | "archived" | "snoozed";
