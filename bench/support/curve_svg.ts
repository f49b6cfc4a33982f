/** Draws curves as SVG that can be read in light and in dark, without any script. */
import { type Curve } from "./part.ts";
import { format } from "./statistics.ts";

const WIDTH = 720;
const HEIGHT = 340;
const LEFT = 64;
const RIGHT = 150;
const TOP = 48;
const BOTTOM = 52;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #374151; }
  .title { font-weight: 600; font-size: 15px; fill: #111827; }
  .grid { stroke: #e5e7eb; stroke-width: 1; }
  .axis { stroke: #6b7280; stroke-width: 1; }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
  .s0 { stroke: #1d4ed8; } .dot.s0, text.s0 { fill: #1d4ed8; stroke: none; }
  .s1 { stroke: #b45309; } .dot.s1, text.s1 { fill: #b45309; stroke: none; }
  .s2 { stroke: #047857; } .dot.s2, text.s2 { fill: #047857; stroke: none; }
  .line.s1 { stroke-dasharray: 7 4; } .line.s2 { stroke-dasharray: 2 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #d1d5db; } .title { fill: #f9fafb; }
    .grid { stroke: #374151; } .axis { stroke: #9ca3af; }
    .s0 { stroke: #93c5fd; } .dot.s0, text.s0 { fill: #93c5fd; }
    .s1 { stroke: #fcd34d; } .dot.s1, text.s1 { fill: #fcd34d; }
    .s2 { stroke: #6ee7b7; } .dot.s2, text.s2 { fill: #6ee7b7; }
  }`;

/** Where a value lies on an axis, and which values are written beside it. */
interface Scale {
  place(value: number): number;
  ticks: number[];
}

/** Marks that an axis may have before only powers of ten are left. */
const TICKS_MAX = 9;

/** A linear axis starts at nought; a logarithmic one goes from mark to mark of 1, 2, 5, 10, 20 … */
export function scaleOf(
  values: readonly number[],
  from: number,
  to: number,
  isLog: boolean,
): Scale {
  if (isLog) return logScale(Math.min(...values), Math.max(...values), from, to);
  const step = niceStep(Math.max(...values, 1e-9) / 5);
  const top = step * Math.ceil(Math.max(...values, 1e-9) / step - 1e-9);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return { place: (value) => from + value / top * (to - from), ticks };
}

function logScale(least: number, most: number, from: number, to: number): Scale {
  const marks: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most * 10; power *= 10) {
    marks.push(power, 2 * power, 5 * power);
  }
  const low = marks.findLast((mark) => mark <= least * (1 + 1e-9)) ?? least;
  const high = marks.find((mark) => mark > low && mark >= most * (1 - 1e-9)) ?? most;
  const all = marks.filter((mark) => mark >= low && mark <= high);
  const tens = all.filter((mark) => Math.abs(Math.log10(mark) % 1) < 1e-9);
  const share = (value: number) => Math.log(value / low) / Math.log(high / low);
  return {
    place: (value) => from + share(value) * (to - from),
    ticks: all.length > TICKS_MAX ? tens : all,
  };
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** The picture. */
export function drawCurve({ title, x, y, series }: Curve): string {
  const points = series.flatMap((each) => each.points);
  const xs = scaleOf(points.map(([at]) => at), LEFT, WIDTH - RIGHT, x.isLog ?? false);
  const ys = scaleOf(points.map(([, at]) => at), HEIGHT - BOTTOM, TOP, y.isLog ?? false);
  const parts = [
    `<text class="title" x="${LEFT}" y="24">${escape(title)}</text>`,
    ...ys.ticks.map((tick) => {
      const at = round(ys.place(tick));
      return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>` +
        `<text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${label(tick, ys.ticks)}</text>`;
    }),
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${HEIGHT - BOTTOM}" y2="${
      HEIGHT - BOTTOM
    }"/>`,
    ...xs.ticks.map((tick) =>
      `<text x="${round(xs.place(tick))}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${
        label(tick, xs.ticks)
      }</text>`
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${
      escape(x.label)
    }</text>`,
    `<text transform="translate(16 ${
      (TOP + HEIGHT - BOTTOM) / 2
    }) rotate(-90)" text-anchor="middle">${escape(y.label)}</text>`,
  ];
  const ends = spread(series.map(({ points: own }) => ys.place(own.at(-1)?.[1] ?? 0)));
  series.forEach(({ name, points: own }, i) => {
    const places = own.map(([a, b]) => [round(xs.place(a)), round(ys.place(b))] as const);
    parts.push(
      `<polyline class="line s${i}" points="${places.map((each) => each.join(",")).join(" ")}"/>`,
      ...places.map(([a, b]) => `<circle class="dot s${i}" cx="${a}" cy="${b}" r="3.5"/>`),
      `<text class="s${i}" x="${(places.at(-1)?.[0] ?? 0) + 10}" y="${round(ends[i] ?? 0) + 4}">${
        escape(name)
      }</text>`,
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escape(title)}">` +
    `<style>${STYLE}\n</style>\n${parts.join("\n")}\n</svg>\n`;
}

/** The same places, each at least a line of text from the others. */
function spread(places: readonly number[]): number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const result = [...places];
  let least = -Infinity;
  for (const i of order) {
    result[i] = Math.max(places[i] ?? 0, least);
    least = (result[i] ?? 0) + 16;
  }
  return result;
}

const round = (value: number) => Math.round(value * 10) / 10;
/** As many digits as the mark that needs most of them; on a logarithmic axis each has its own. */
function label(value: number, all: readonly number[]): string {
  const isLog = (all[0] ?? 0) > 0;
  return format(value, isLog ? digitsOf(value) : Math.max(...all.map(digitsOf)));
}

function digitsOf(value: number): number {
  for (let digits = 0; digits < 4; digits++) {
    if (Math.abs(value * 10 ** digits - Math.round(value * 10 ** digits)) < 1e-6) return digits;
  }
  return 4;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
