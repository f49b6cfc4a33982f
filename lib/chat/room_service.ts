/** Rooms (cohorts): a room is a conversation with a name and many members. */
import type { Clock } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import type { Journal } from "../kv/journal/types.ts";
import { isConversationId, newRoomId } from "./chat_ids.ts";
import { canCreateRooms, noRoom, requireRoomFor } from "./chat_policy.ts";
import { type ChatReader, type People, roomOf } from "./chat_reader.ts";
import { comparePlaces, decodeCursor, encodeCursor } from "./cursor.ts";
import type { Directory } from "./directory.ts";
import type { Roster } from "./roster.ts";
import {
  addOperation,
  createOperation,
  MEMBERS_PER_WRITE,
  placesOperation,
  removeOperation,
  type RoomDraft,
} from "./room_operations.ts";
import type { RoomService } from "./types.ts";

/** Rooms of one token that are looked at. */
const NAMED_MAX = 100;
const NAMED_AGAIN_MS = 5 * 60 * 1000;
const NAMED_REMEMBERED = 20_000;

/** What {@link createRoomService} needs. */
export interface RoomServiceOptions {
  journal: Journal;
  clock: Clock;
  users: People;
  directory: Directory;
  reader: ChatReader;
}

/** See {@link RoomService}. */
export function createRoomService(options: RoomServiceOptions): RoomService {
  const { journal, clock, users, directory, reader } = options;
  /** When somebody's rooms were joined, by person and rooms. */
  const joined = new Map<string, number>();

  /** The room as a member or an admin sees it. */
  async function requireRoom(by: { userId: string; role: string }, roomId: string, what: string) {
    const own = isConversationId(roomId) ? await directory.find(by.userId, roomId) : null;
    if (own?.id === roomId && own.kind === "room") return own;
    const any = by.role === "admin" ? await directory.load(roomId) : null;
    if (any?.kind !== "room") throw noRoom(what);
    return any;
  }

  return {
    async create(by, { id = newRoomId(), name, memberIds }) {
      if (!canCreateRooms(by.role)) {
        throw new AppError("forbidden", "Cannot create room: only instructors and admins may");
      }
      const others = [...new Set(memberIds)].filter((id) => id !== by.userId);
      requireRoomFor(1, others.length);
      await requirePeople(users, others);
      const draft: RoomDraft = {
        id,
        name,
        ownerId: by.userId,
        memberIds: others,
        now: clock.now(),
      };
      const all = [by.userId, ...others];
      for (let i = 0; i < all.length; i += MEMBERS_PER_WRITE) {
        await journal.commit(placesOperation(draft, all.slice(i, i + MEMBERS_PER_WRITE)));
      }
      await journal.commit(createOperation(draft));
      return {
        id: draft.id,
        name,
        memberCount: all.length,
        createdAt: new Date(draft.now).toISOString(),
      };
    },

    async list(userId, { limit, after }) {
      const start = after === undefined ? null : decodeCursor(after);
      const places = (await directory.listRosters(userId))
        .filter(({ kind }) => kind === "room")
        .map((roster) => ({ at: roster.createdAt, id: roster.id, roster }))
        .sort(comparePlaces);
      const rest = start ? places.filter((place) => comparePlaces(place, start) > 0) : places;
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        rooms: page.map(({ roster }) => roomOf(roster)),
        after: last && rest.length > page.length ? encodeCursor(last) : null,
      };
    },

    async get(by, roomId) {
      const roster = await requireRoom(by, roomId, "read room");
      const people = await reader.peopleById(roster.members.keys());
      const members = [...roster.members].flatMap(([id, { role }]) => {
        const person = people.get(id);
        return person ? [{ ...person, role }] : [];
      });
      members.sort((one, other) => one.name.localeCompare(other.name));
      return { room: roomOf(roster), members };
    },

    async addMember(by, roomId, userId) {
      const known = await users.exists(userId);
      await journal.commit(addOperation(by, roomId, userId, { known, now: clock.now() }));
    },

    async removeMember(by, roomId, userId) {
      await journal.commit(removeOperation(by, roomId, userId, clock.now()));
    },

    async memberIds(roomId) {
      const roster = isConversationId(roomId) ? await directory.load(roomId) : null;
      return roster?.kind === "room" ? [...roster.members.keys()] : null;
    },

    placesOf: async (userId) => roomsIn(await directory.listRosters(userId), userId),
    peekPlaces(userId) {
      const rosters = directory.peekRosters(userId);
      return rosters && roomsIn(rosters, userId);
    },

    async joinNamed(userId, roomIds) {
      const named = roomIds.slice(0, NAMED_MAX).filter(isConversationId);
      if (named.length === 0) return;
      const text = `${userId} ${named.join(" ")}`;
      if ((joined.get(text) ?? -Infinity) > clock.now() - NAMED_AGAIN_MS) return;
      for (const id of named) {
        const roster = await directory.load(id);
        if (roster?.kind !== "room" || roster.members.has(userId)) continue;
        await journal.commit(addOperation(null, id, userId, { known: true, now: clock.now() }));
      }
      joined.delete(text);
      joined.set(text, clock.now());
      if (joined.size > NAMED_REMEMBERED) joined.clear();
    },
  };
}

/** Every one of them must have an account. */
async function requirePeople(users: People, userIds: readonly string[]): Promise<void> {
  const known = new Set((await users.getPeople(userIds)).map(({ id }) => id));
  const issues = userIds.filter((id) => !known.has(id))
    .map((id) => ({ path: "memberIds", message: `no such person: ${id}` }));
  if (issues.length > 0) {
    throw new AppError("invalid", "Cannot create room: some members do not exist", { issues });
  }
}

/** Where `userId` is a member, of these. */
function roomsIn(rosters: readonly Roster[], userId: string) {
  const places: { roomId: string; joinedAt: number }[] = [];
  for (const { kind, id, members } of rosters) {
    const place = kind === "room" ? members.get(userId) : undefined;
    if (place) places.push({ roomId: id, joinedAt: place.joinedAt });
  }
  return places;
}
