import { Partial } from "fresh/runtime";
import { define } from "../define.ts";

export default define.page(({ Component }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>Fixture</title>
      <meta name="description" content="from the wrapper" />
      <link rel="icon" href="data:," />
      <style>{"body { color: rgb(1, 2, 3) }"}</style>
    </head>
    <body f-client-nav>
      <nav>
        <a id="to-one" href="/pages/one">One</a>
        <a id="to-two" href="/pages/two">Two</a>
        <a id="to-two-reload" href="/pages/two" f-client-nav={false}>
          Two, with a reload
        </a>
        <a id="to-bare" href="/sub/bare">Bare</a>
        <a id="more" href="/pages/one" f-partial="/partials/more">More</a>
        <a id="before" href="/pages/one" f-partial="/partials/before">Before</a>
      </nav>
      <Partial name="main">
        <Component />
      </Partial>
    </body>
  </html>
));
