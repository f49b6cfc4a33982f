import { noContent } from "../../../../../lib/http/answers.ts";
import { addRoomMemberSpec, removeRoomMemberSpec } from "../../../../../lib/http/contract/rooms.ts";
import { endpoint } from "../../../../../lib/http/endpoint.ts";
import { define } from "../../../../../lib/http/state.ts";

export const handler = define.handlers({
  PUT: endpoint(addRoomMemberSpec, async ({ services, user, params }) => {
    await services.rooms.addMember(user, params.id, params.userId);
    return noContent();
  }),
  DELETE: endpoint(removeRoomMemberSpec, async ({ services, user, params }) => {
    await services.rooms.removeMember(user, params.id, params.userId);
    return noContent();
  }),
});
