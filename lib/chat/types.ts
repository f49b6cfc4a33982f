/** What the chat domain offers to the others. */
import type { Message, ReadState, Room, RoomMember } from "../shared/message_schema.ts";
import type { ConversationRow, Position, ServerFrame } from "../shared/protocol.ts";
import type { Role } from "../shared/user_schema.ts";

/** What somebody wants to send, already checked by the schema. */
export interface SendInput {
  receiverId?: string;
  conversationId?: string;
  content: string;
  /** Made by the service where it is missing. */
  clientId?: string;
  replyTo?: string;
}

/** A message that is durable. */
export interface Sent {
  message: Message;
  /** False when the clientId was known. */
  created: boolean;
  /** `message` as JSON, made once. */
  json: string;
}

/** Which part of a conversation: at most one of before, after, around. */
export interface HistoryPage {
  limit: number;
  before?: number;
  after?: number;
  around?: number;
}

/** Where a read mark stands. */
export interface MarkedRead extends ReadState {
  /** False when it stood there, or further, already. */
  moved: boolean;
}

/** What a client missed. `frames` are ordinary frames, in order for each conversation. */
export interface Missed {
  frames: ServerFrame[];
  conversations: ConversationRow[];
  reset: string[];
  /** How far `frames` go: a live frame up to here has been replayed. */
  heads: Record<string, Position>;
}

/** Messages and conversations. `not_found` stands for "is not there" and "is not yours" alike (R8). */
export interface ChatService {
  /** Resolves once it is durable (R1). `created` is false when the clientId was known (R3). */
  send(senderId: string, input: SendInput): Promise<Sent>;
  /** Newest first. */
  listConversations(
    userId: string,
    page: { limit: number; after?: string },
  ): Promise<{ conversations: ConversationRow[]; after: string | null }>;
  getConversation(userId: string, idOrPartner: string): Promise<ConversationRow | null>;
  /** Ascending; `before`/`after` are the seqs to continue with, null at an end. */
  history(userId: string, idOrPartner: string, page: HistoryPage): Promise<{
    messages: Message[];
    before: number | null;
    after: number | null;
  }>;
  /** Moves the read mark up to `upTo` (the newest message if it is not named); never back. */
  markRead(userId: string, idOrPartner: string, upTo?: number): Promise<MarkedRead>;
  /** The conversations that are muted now, with the end of it (ms). */
  mutes(userId: string): Promise<{ conversationId: string; until: number }[]>;
  /** No pushes before `until` (ms); null: pushes again. Their devices are told. */
  setMuted(userId: string, conversationId: string, until: number | null): Promise<void>;
  /** What `userId` missed since the given positions, of all their conversations (R5). */
  missed(userId: string, known: Record<string, Position>): Promise<Missed>;
  /** Everybody in the conversation, in memory where it was read before; null: not a member. */
  membersFor(userId: string, conversationId: string): Promise<string[] | null>;
  /** Everybody with whom `userId` has a conversation, `limit` at most. */
  contactsOf(userId: string, limit: number): Promise<string[]>;
}

/** Rooms (cohorts): a room's id is its conversation's id. */
export interface RoomService {
  /** Instructors and admins; the creator owns it. With an `id` it is made once, as it was first. */
  create(
    by: { userId: string; role: Role },
    input: { id?: string; name: string; memberIds: string[] },
  ): Promise<Room>;
  list(
    userId: string,
    page: { limit: number; after?: string },
  ): Promise<{ rooms: Room[]; after: string | null }>;
  /** For its members and for admins. */
  get(
    by: { userId: string; role: Role },
    roomId: string,
  ): Promise<{ room: Room; members: RoomMember[] }>;
  /** By an owner of the room or an admin. */
  addMember(by: { userId: string; role: Role }, roomId: string, userId: string): Promise<void>;
  /** By an owner, an admin, or the member itself. */
  removeMember(by: { userId: string; role: Role }, roomId: string, userId: string): Promise<void>;
  /** For other domains, which check nothing: member ids, or null when there is no such room. */
  memberIds(roomId: string): Promise<string[] | null>;
  /** The rooms of somebody, with when they joined (ms), in no order. */
  placesOf(userId: string): Promise<{ roomId: string; joinedAt: number }[]>;
  /** The same out of memory; null where it takes a read. */
  peekPlaces(userId: string): { roomId: string; joinedAt: number }[] | null;
  /**
   * Makes `userId` a member of those of the rooms that exist: what a host platform's JWT names. Said
   * again within some minutes it costs nothing.
   */
  joinNamed(userId: string, roomIds: readonly string[]): Promise<void>;
}
