/** Messages and conversations. */
import { z } from "zod";
import {
  idSchema,
  limitSchema,
  nameSchema,
  querySeqSchema,
  seqSchema,
  timeSchema,
} from "./basics.ts";
import {
  HISTORY_PAGE_DEFAULT,
  HISTORY_PAGE_MAX,
  MESSAGE_MAX_CHARS,
  PAGE_DEFAULT,
  PAGE_MAX,
  ROOM_MEMBERS_MAX,
} from "./limits.ts";
import { personSchema } from "./user_schema.ts";

export const contentSchema = z.string().trim().min(1).max(MESSAGE_MAX_CHARS);
/** Made by the sender, unique among that sender's messages: what makes a retry harmless (R3). */
export const clientIdSchema = idSchema;

export const reactionSchema = z.strictObject({
  emoji: z.string().min(1).max(32),
  userIds: z.array(idSchema),
});

export const messageSchema = z.strictObject({
  id: idSchema,
  clientId: clientIdSchema,
  conversationId: idSchema,
  seq: seqSchema,
  senderId: idSchema,
  /** The partner, in a direct conversation. */
  receiverId: idSchema.optional(),
  /** Empty once the message is deleted. */
  content: z.string(),
  createdAt: timeSchema,
  editedAt: timeSchema.nullable(),
  deletedAt: timeSchema.nullable(),
  /** Id of the message that this one answers. */
  replyTo: idSchema.nullable(),
  reactions: z.array(reactionSchema),
  /** True once every other member's read mark has reached it. */
  read: z.boolean(),
  sender: personSchema,
});
export type Message = z.infer<typeof messageSchema>;

const target = { receiverId: idSchema.optional(), conversationId: idSchema.optional() };
const oneTarget = (value: { receiverId?: string; conversationId?: string }) =>
  (value.receiverId === undefined) !== (value.conversationId === undefined);
const oneTargetMessage = {
  error: "name either receiverId or conversationId",
  path: ["receiverId"],
};

export const sendMessageBody = z.strictObject({
  ...target,
  content: contentSchema,
  clientId: clientIdSchema.optional(),
  replyTo: idSchema.optional(),
}).refine(oneTarget, oneTargetMessage);

/** The `send` frame; its clientId is not optional. */
export const sendFrame = z.strictObject({
  type: z.literal("send"),
  ...target,
  content: contentSchema,
  clientId: clientIdSchema,
  replyTo: idSchema.optional(),
}).refine(oneTarget, oneTargetMessage);

export const roomSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  memberCount: z.number().int(),
  createdAt: timeSchema,
});
/** A room (cohort). Its id is its conversation's id. */
export type Room = z.infer<typeof roomSchema>;

export const roomMemberSchema = personSchema.extend({ role: z.enum(["owner", "member"]) });
export type RoomMember = z.infer<typeof roomMemberSchema>;

export const createRoomBody = z.strictObject({
  name: nameSchema,
  memberIds: z.array(idSchema).max(ROOM_MEMBERS_MAX - 1).default([]),
});

export const conversationSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(["direct", "room"]),
  partner: personSchema.optional(),
  room: roomSchema.optional(),
  lastMessage: messageSchema.nullable(),
  /** seq of the newest message minus the read mark; never stored (R6). */
  unreadCount: z.number().int().min(0),
  seq: seqSchema,
  readSeq: seqSchema,
  muted: z.boolean(),
  /** When it no longer is, where it is muted. */
  mutedUntil: timeSchema.optional(),
});
export type Conversation = z.infer<typeof conversationSchema>;

export const conversationsQuery = z.strictObject({
  limit: limitSchema(PAGE_MAX, PAGE_DEFAULT),
  after: z.string().max(200).optional(),
});

export const historyQuery = z.strictObject({
  limit: limitSchema(HISTORY_PAGE_MAX, HISTORY_PAGE_DEFAULT),
  before: querySeqSchema.optional(),
  after: querySeqSchema.optional(),
  around: querySeqSchema.optional(),
}).refine(
  (q) => [q.before, q.after, q.around].filter((v) => v !== undefined).length <= 1,
  { error: "name at most one of before, after and around", path: ["before"] },
);

export const readBody = z.strictObject({ upTo: seqSchema.optional() });
export const readStateSchema = z.strictObject({
  readSeq: seqSchema,
  unreadCount: z.number().int().min(0),
});
export type ReadState = z.infer<typeof readStateSchema>;
