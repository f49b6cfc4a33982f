import { ok } from "../../../../lib/http/answers.ts";
import { getRoomSpec } from "../../../../lib/http/contract/rooms.ts";
import { endpoint } from "../../../../lib/http/endpoint.ts";
import { define } from "../../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(getRoomSpec, async ({ services, user, params }) => {
    const { room, members } = await services.rooms.get(user, params.id);
    return ok({ ...room, members });
  }),
});
