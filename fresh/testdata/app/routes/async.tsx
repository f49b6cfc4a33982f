import { define } from "../define.ts";

export default define.page(async ({ url }) => {
  const name = await Promise.resolve(url.searchParams.get("name"));
  return <p>hello {name}</p>;
});
