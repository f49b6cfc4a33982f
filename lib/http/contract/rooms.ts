/** The contract of `/api/rooms`. */
import { z } from "zod";
import { idSchema, limitSchema } from "../../shared/basics.ts";
import { PAGE_DEFAULT, PAGE_MAX } from "../../shared/limits.ts";
import { createRoomBody, roomMemberSchema, roomSchema } from "../../shared/message_schema.ts";
import { type EndpointSpec, spec } from "../spec.ts";

const memberParams = z.strictObject({ id: idSchema, userId: idSchema });

export const createRoomSpec = spec({
  method: "POST",
  path: "/api/rooms",
  summary: "Make a room; the caller owns it",
  tag: "rooms",
  access: { kind: "role", roles: ["instructor", "admin"] },
  body: createRoomBody,
  status: [201],
  data: roomSchema,
  limit: "room",
});

export const listRoomsSpec = spec({
  method: "GET",
  path: "/api/rooms",
  summary: "The rooms that the caller is in, the newest first",
  tag: "rooms",
  access: { kind: "user" },
  query: z.strictObject({
    limit: limitSchema(PAGE_MAX, PAGE_DEFAULT),
    after: z.string().max(200).optional(),
  }),
  status: [200],
  data: z.array(roomSchema),
  paged: true,
});

export const getRoomSpec = spec({
  method: "GET",
  path: "/api/rooms/{id}",
  summary: "A room and who is in it, for its members and for admins",
  tag: "rooms",
  access: { kind: "user" },
  params: z.strictObject({ id: idSchema }),
  status: [200],
  data: roomSchema.extend({ members: z.array(roomMemberSchema) }),
});

export const addRoomMemberSpec = spec({
  method: "PUT",
  path: "/api/rooms/{id}/members/{userId}",
  summary: "Add a member; for owners of the room and admins",
  tag: "rooms",
  access: { kind: "user" },
  params: memberParams,
  status: [204],
  failures: [409],
  limit: "room",
});

export const removeRoomMemberSpec = spec({
  method: "DELETE",
  path: "/api/rooms/{id}/members/{userId}",
  summary: "Take a member out; for owners of the room, admins, and members themselves",
  tag: "rooms",
  access: { kind: "user" },
  params: memberParams,
  status: [204],
  failures: [409],
  limit: "room",
});

/** Every endpoint under this tag. */
export const rooms: readonly EndpointSpec[] = [
  createRoomSpec,
  listRoomsSpec,
  getRoomSpec,
  addRoomMemberSpec,
  removeRoomMemberSpec,
];
