import { requireMetricsAccess } from "../lib/http/metrics_access.ts";
import { define } from "../lib/http/state.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { services, principal } = ctx.state;
    const peer = ctx.info.remoteAddr;
    requireMetricsAccess(principal, "hostname" in peer ? peer.hostname : null, ctx.req.headers);
    const { text, contentType } = await services.metrics.render();
    return new Response(text, { headers: { "content-type": contentType } });
  },
});
