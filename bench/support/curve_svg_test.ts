import assert from "node:assert/strict";
import { drawCurve, scaleOf } from "./curve_svg.ts";
import type { Curve } from "./part.ts";

Deno.test("curve: a linear axis starts at nought and ends above the greatest value", () => {
  const { place, ticks } = scaleOf([3, 7.5], 300, 0, false);
  assert.deepEqual(ticks, [0, 2, 4, 6, 8]);
  assert.equal(place(0), 300);
  assert.equal(place(8), 0);
});

Deno.test("curve: a logarithmic axis goes from mark to mark around the values", () => {
  const { place, ticks } = scaleOf([120, 45_000], 0, 300, true);
  assert.deepEqual(ticks, [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000]);
  assert.equal(place(100), 0);
  assert.equal(place(50_000), 300);
  assert.deepEqual(scaleOf([1, 40_000], 0, 300, true).ticks, [1, 10, 100, 1000, 10_000]);
  assert.deepEqual(scaleOf([7, 7], 0, 300, true).ticks, [5, 10]);
});

Deno.test("curve: each series is a line with its name, in both colour schemes", () => {
  const curve: Curve = {
    file: "x.svg",
    title: "Time < sockets & more",
    x: { label: "sockets" },
    y: { label: "ms" },
    series: [
      { name: "product", points: [[100, 5], [1000, 50]] },
      { name: "relay", points: [[100, 5], [1000, 50]] },
    ],
  };
  const svg = drawCurve(curve);
  assert.equal(svg.match(/<polyline/g)?.length, 2);
  assert.equal(svg.match(/<circle/g)?.length, 4);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.match(svg, /Time &lt; sockets &amp; more/);
  assert.ok(!svg.includes("NaN"));
  // Lines that end at the same place have names that can be read all the same.
  const [first, second] = ["product", "relay"].map((name) =>
    Number(new RegExp(`y="([\\d.]+)">${name}<`).exec(svg)?.[1])
  );
  assert.ok(Math.abs(Number(first) - Number(second)) >= 15);
});
