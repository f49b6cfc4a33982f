import { define } from "../../../define.ts";

export const handler = define.handlers((ctx) =>
  ctx.text(`version ${ctx.params.version || "none"}`)
);
