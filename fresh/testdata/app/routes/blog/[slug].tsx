import { page } from "fresh";
import { define } from "../../define.ts";

export const handlers = define.handlers({
  GET: (ctx) => page({ text: `post ${ctx.params.slug}` }, { headers: { "x-post": "yes" } }),
  POST: (ctx) => page({ text: `posted ${ctx.params.slug}` }, { status: 201 }),
});

export default define.page<typeof handlers>(({ data, params }) => (
  <p>
    {data.text} of {params.slug}
  </p>
));
