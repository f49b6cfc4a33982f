/**
 * What a request costs beyond rendering its component: `deno run -A --config deno.json fresh/render_bench.tsx`.
 * Both are measured in the same run, in turns, so that they share the noise of the machine. The figure is the
 * median of many rounds; the limit is 0.3 ms. Ends with 1 above it.
 */
import { App } from "fresh";
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";

const ROUNDS = 200;
const PER_ROUND = 20;
const WARM_UP = 500;
const LIMIT_MS = 0.3;

const rows = Array.from({ length: 50 }, (_, i) => ({ id: i, text: `message ${i} <with> "marks"` }));

function Row({ id, children }: { id: number; children: ComponentChildren }) {
  return <li id={`row-${id}`} class="row">{children}</li>;
}

function Page() {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Page</title>
      </head>
      <body>
        <h1>Messages</h1>
        <ul>{rows.map(({ id, text }) => <Row key={id} id={id}>{text}</Row>)}</ul>
      </body>
    </html>
  );
}

const app = new App();
// A site of usual size, so that finding the route is part of the figure.
for (let i = 0; i < 60; i++) app.get(`/api/section-${i}/:id`, (ctx) => ctx.text(""));
const handler = app
  .get("/literal", (ctx) => ctx.render(<Page />))
  .get("/pages/:name", (ctx) => ctx.render(<Page />))
  .get("/empty", (ctx) => ctx.text("")).handler();

async function request(path: string): Promise<void> {
  const response = await handler(new Request(`http://localhost${path}`));
  await response.text();
}

const subjects: Record<string, () => unknown> = {
  "renderToString alone": () => renderToString(<Page />),
  "request, literal path": () => request("/literal"),
  "request, path with a parameter": () => request("/pages/a"),
  "request without a page": () => request("/empty"),
};
const samples = new Map<string, number[]>();
for (const [name, run] of Object.entries(subjects)) {
  samples.set(name, []);
  for (let i = 0; i < WARM_UP; i++) await run();
}
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(subjects)) {
    const started = performance.now();
    for (let i = 0; i < PER_ROUND; i++) await run();
    samples.get(name)!.push((performance.now() - started) / PER_ROUND);
  }
}

const at = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)]!;
console.log(`${ROUNDS} rounds of ${PER_ROUND}, in ms each     median     p95`);
for (const [name, values] of samples) {
  const [median, p95] = [at(values, 0.5), at(values, 0.95)];
  console.log(`${name.padEnd(38)} ${median.toFixed(4)}  ${p95.toFixed(4)}`);
}
const bare = at(samples.get("renderToString alone")!, 0.5);
const overhead = at(samples.get("request, path with a parameter")!, 0.5) - bare;
console.log(
  `A request costs ${overhead.toFixed(4)} ms more than its rendering; limit ${LIMIT_MS} ms`,
);
if (overhead > LIMIT_MS) Deno.exit(1);
