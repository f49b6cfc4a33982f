import { define } from "../define.ts";

export default define.middleware([
  (ctx) => {
    ctx.state.trail.push("root-1");
    return ctx.next();
  },
  async (ctx) => {
    ctx.state.trail.push("root-2");
    const response = await ctx.next();
    response.headers.set("x-trail", ctx.state.trail.join(" "));
    return response;
  },
]);
