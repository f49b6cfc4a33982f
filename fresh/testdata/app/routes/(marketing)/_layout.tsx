import { define } from "../../define.ts";

export default define.layout(({ Component }) => (
  <section class="marketing">
    <Component />
  </section>
));
