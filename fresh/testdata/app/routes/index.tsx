import { Head } from "fresh/runtime";
import { define } from "../define.ts";

export default define.page(({ route, isPartial }) => (
  <main>
    <Head>
      <title>Start</title>
      <meta name="description" content="from the page" />
    </Head>
    <h1>start {route} {String(isPartial)}</h1>
  </main>
));
