import { ok } from "../../../lib/http/answers.ts";
import { vapidKeySpec } from "../../../lib/http/contract/notifications.ts";
import { endpoint } from "../../../lib/http/endpoint.ts";
import { define } from "../../../lib/http/state.ts";

export const handler = define.handlers({
  GET: endpoint(vapidKeySpec, ({ services }) => ok({ publicKey: services.push.publicKey })),
});
