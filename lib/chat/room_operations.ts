/** The writes of rooms, as operations of the journal. */
import { keys } from "../kv/keys.ts";
import { shardOf } from "../kv/shard.ts";
import type { JournalOperation } from "../kv/journal/types.ts";
import { AppError } from "../shared/errors.ts";
import type { MembersEvent } from "./chat_events.ts";
import { type Actor, requireMayManage, requireMayRemove, requireRoomFor } from "./chat_policy.ts";
import type { ConversationRowStored, MemberRow } from "./chat_rows.ts";

/** Members that one operation writes: two rows each, and at most 1,000 rows fit an atomic. */
export const MEMBERS_PER_WRITE = 300;
/** Members that one event names, so that it fits a log row whatever their ids. */
const MEMBERS_PER_EVENT = 200;

/** A room to be made. */
export interface RoomDraft {
  id: string;
  name: string;
  ownerId: string;
  /** Without the owner. */
  memberIds: readonly string[];
  now: number;
}

/**
 * Writes places of a room that does not exist yet. Nobody sees them before {@link createOperation}:
 * a place without a conversation is none.
 */
export function placesOperation(
  draft: RoomDraft,
  userIds: readonly string[],
): JournalOperation<void> {
  return {
    shard: shardOf(draft.id),
    reads: [keys.conversation(draft.id)],
    apply(view) {
      if (view.get(keys.conversation(draft.id)) !== null) return;
      for (const userId of userIds) {
        const role = userId === draft.ownerId ? "owner" : "member";
        view.set(keys.member(draft.id, userId), placeRow(role, draft.now, 0));
        view.set(keys.conversationOf(userId, draft.id), { kind: "room" });
      }
    },
  };
}

/** Makes the room, whose places are written; nothing happens where it is made already. */
export function createOperation(draft: RoomDraft): JournalOperation<void> {
  const { id, name, ownerId, memberIds, now } = draft;
  return {
    shard: shardOf(id),
    reads: [keys.conversation(id)],
    apply(view) {
      if (view.get(keys.conversation(id)) !== null) return;
      const memberCount = memberIds.length + 1;
      const event = {
        type: "members",
        conversationId: id,
        joined: true,
        began: true,
        readSeq: 0,
        at: now,
        memberCount,
      } as const;
      let rev = 1;
      const owner: MembersEvent = { ...event, userIds: [ownerId], role: "owner", rev };
      view.emit(owner);
      for (let i = 0; i < memberIds.length; i += MEMBERS_PER_EVENT) {
        const userIds = memberIds.slice(i, i + MEMBERS_PER_EVENT);
        rev++;
        const members: MembersEvent = { ...event, userIds, role: "member", rev };
        view.emit(members);
      }
      const row: ConversationRowStored = {
        kind: "room",
        seq: 0,
        rev,
        createdAt: now,
        lastAt: now,
        name,
        pair: null,
        places: null,
        memberCount,
      };
      view.set(keys.conversation(id), row);
    },
  };
}

function placeRow(role: "owner" | "member", now: number, seq: number): MemberRow {
  // Who joins may read what was said before, but has not to.
  return { role, readSeq: seq, readRev: 0, joinedAt: now, mutedUntil: null };
}

/**
 * Adds a member; nothing happens where they are one. `actor` null: the host platform says so.
 * `known`: whether there is such a person, which is told to those only who may manage the room.
 */
export function addOperation(
  actor: Actor | null,
  roomId: string,
  userId: string,
  { known, now }: { known: boolean; now: number },
): JournalOperation<void> {
  const conversationKey = keys.conversation(roomId);
  const placeKey = keys.member(roomId, userId);
  const actorKey = actor ? keys.member(roomId, actor.userId) : null;
  return {
    shard: shardOf(roomId),
    reads: actorKey ? [conversationKey, placeKey, actorKey] : [conversationKey, placeKey],
    apply(view) {
      const room = roomOrNull(view.get<ConversationRowStored>(conversationKey));
      if (actor && actorKey) {
        requireMayManage(actor, room !== null, view.get<MemberRow>(actorKey), "add member");
      }
      if (!known) throw new AppError("not_found", "Cannot add member: no such person");
      if (!room || view.get(placeKey) !== null) return;
      requireRoomFor(room.memberCount, 1);
      const rev = room.rev + 1;
      const memberCount = room.memberCount + 1;
      view.set(conversationKey, { ...room, rev, memberCount });
      view.set(placeKey, { ...placeRow("member", now, room.seq), readRev: rev });
      view.set(keys.conversationOf(userId, roomId), { kind: "room" });
      const event: MembersEvent = {
        type: "members",
        conversationId: roomId,
        userIds: [userId],
        joined: true,
        began: false,
        role: "member",
        readSeq: room.seq,
        at: now,
        memberCount,
        rev,
      };
      view.emit(event);
    },
  };
}

/** Takes a member out. */
export function removeOperation(
  actor: Actor,
  roomId: string,
  userId: string,
  now: number,
): JournalOperation<void> {
  const conversationKey = keys.conversation(roomId);
  const placeKey = keys.member(roomId, userId);
  const actorKey = keys.member(roomId, actor.userId);
  return {
    shard: shardOf(roomId),
    reads: [conversationKey, placeKey, actorKey],
    apply(view) {
      const room = roomOrNull(view.get<ConversationRowStored>(conversationKey));
      requireMayRemove(actor, room !== null, view.get<MemberRow>(actorKey), userId);
      if (!room || view.get(placeKey) === null) {
        throw new AppError("not_found", "Cannot remove member: not in this room");
      }
      const rev = room.rev + 1;
      const memberCount = room.memberCount - 1;
      view.set(conversationKey, { ...room, rev, memberCount });
      view.delete(placeKey);
      view.delete(keys.conversationOf(userId, roomId));
      const event: MembersEvent = {
        type: "members",
        conversationId: roomId,
        userIds: [userId],
        joined: false,
        began: false,
        role: "member",
        readSeq: 0,
        at: now,
        memberCount,
        rev,
      };
      view.emit(event);
    },
  };
}

function roomOrNull(row: ConversationRowStored | null): ConversationRowStored | null {
  return row?.kind === "room" ? row : null;
}
