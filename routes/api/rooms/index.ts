import { created, ok } from "../../../lib/http/answers.ts";
import { createRoomSpec, listRoomsSpec } from "../../../lib/http/contract/rooms.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(listRoomsSpec, async ({ services, user, query }) => {
    await services.rooms.joinNamed(user.userId, user.rooms);
    const { rooms, after } = await services.rooms.list(user.userId, query);
    return ok(rooms, { before: null, after });
  }),
  POST: endpoint(
    createRoomSpec,
    async ({ services, user, body }) => created(await services.rooms.create(user, body)),
  ),
});
