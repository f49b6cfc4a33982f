/**
 * Who may do what in a conversation. Pure: it is given what is known and answers or refuses.
 * "Does not exist" and "is not yours" are one refusal, word for word (R8).
 */
import { AppError } from "../shared/errors.ts";
import { ROOM_MEMBERS_MAX } from "../shared/limits.ts";
import type { Role } from "../shared/user_schema.ts";

/** Somebody who wants to do something. */
export interface Actor {
  userId: string;
  role: Role;
}

/** What is known about the actor's place in a room: null when there is no such room or place. */
export type Place = { role: "owner" | "member" } | null;

/** The one refusal for what is not there and what is not for the caller. */
export function noConversation(what: string): AppError {
  return new AppError("not_found", `Cannot ${what}: no such conversation`);
}

/** The same for rooms. */
export function noRoom(what: string): AppError {
  return new AppError("not_found", `Cannot ${what}: no such room`);
}

/** Nobody is at the other end: people can be searched for, so this gives nothing away (R8). */
export function noReceiver(): AppError {
  return new AppError("not_found", "Cannot send: no such person", {
    issues: [{ path: "receiverId", message: "no such person" }],
  });
}

/** Nobody writes to themselves. */
export function requireOther(senderId: string, receiverId: string): void {
  if (senderId !== receiverId) return;
  throw new AppError("invalid", "Cannot send: this is your own id", {
    issues: [{ path: "receiverId", message: "must be somebody else" }],
  });
}

export function canCreateRooms(role: Role): boolean {
  return role === "instructor" || role === "admin";
}

/** An owner of the room or an admin; a member is told that, everybody else sees no room. */
export function requireMayManage(actor: Actor, exists: boolean, place: Place, what: string): void {
  if (!exists || (place === null && actor.role !== "admin")) throw noRoom(what);
  if (actor.role === "admin" || place?.role === "owner") return;
  throw new AppError("forbidden", `Cannot ${what}: only an owner of the room or an admin may`);
}

/** One more member must fit. */
export function requireRoomFor(memberCount: number, more: number): void {
  if (memberCount + more <= ROOM_MEMBERS_MAX) return;
  throw new AppError("conflict", `Cannot add: a room holds ${ROOM_MEMBERS_MAX} people`);
}

/**
 * Whether `actor` may take `userId` out. An owner may not leave by themselves, or nobody could add
 * people any more.
 */
export function requireMayRemove(
  actor: Actor,
  exists: boolean,
  place: Place,
  userId: string,
): void {
  if (actor.userId !== userId) return requireMayManage(actor, exists, place, "remove member");
  if (!exists || place === null) throw noRoom("leave");
  if (place.role === "owner" && actor.role !== "admin") {
    throw new AppError("conflict", "Cannot leave: you own this room");
  }
}
