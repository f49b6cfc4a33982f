import { Head, Partial } from "fresh/runtime";
import { define } from "../../define.ts";
import Counter from "../../islands/Counter.tsx";

export default define.page(({ params }) => {
  return (
    <main>
      <Head>
        <title>Page {params.name}</title>
      </Head>
      <h1>page {params.name}</h1>
      <Counter id="nav" start={params.name === "one" ? 1 : 20} />
      <ul>
        <Partial name="list">
          <li>first</li>
        </Partial>
      </ul>
      <form action="/pages/one" method="post">
        <input name="word" value="typed" />
        <button id="send" type="submit">Send</button>
      </form>
    </main>
  );
});

export const handlers = define.handlers({
  async POST(ctx) {
    const form = await ctx.req.formData();
    return ctx.redirect(`/pages/${form.get("word")}`);
  },
});
