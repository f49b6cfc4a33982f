import { equal, ok } from "node:assert/strict";
import { contrast, hex, hueOf, mix, type Oklab, oklch } from "./oklch.ts";
import { themeColours } from "./theme_colours.ts";
import { AVATAR_COLOURS } from "./initials.ts";

const css = await Deno.readTextFile(new URL("../../styles/tokens.css", import.meta.url));
const rootRule = css.slice(0, css.indexOf("\n}\n"));
const declarations = new Map(
  [...rootRule.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((
    [, name = "", value = ""],
  ) => [name, value.replace(/\s+/g, " ")]),
);

type Scheme = "light" | "dark";
const schemes: Scheme[] = ["light", "dark"];

/** The value of a token in one scheme, as a browser computes it. */
function colour(expression: string, scheme: Scheme): Oklab {
  const reference = /^var\((--[\w-]+)\)$/.exec(expression)?.[1];
  if (reference) return colour(declarations.get(reference) ?? "", scheme);
  const both = /^light-dark\( ?(oklch\(.*\)), (oklch\(.*\)) ?\)$/.exec(expression);
  if (both) return colour((scheme === "light" ? both[1] : both[2]) ?? "", scheme);
  const mixed = /^color-mix\(in oklab, (\S+) (\d+)%, (\S+)\)$/.exec(expression);
  if (mixed) {
    return mix(
      colour(mixed[1] ?? "", scheme),
      Number(mixed[2]) / 100,
      colour(mixed[3] ?? "", scheme),
    );
  }
  const hued = /^oklch\(from var\((--[\w-]+)\) ([\d.]+) ([\d.]+) h\)$/.exec(expression);
  if (hued) {
    const hue = hueOf(colour(`var(${hued[1]})`, scheme));
    return oklch(Number(hued[2]), Number(hued[3]), hue);
  }
  const plain = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(expression);
  if (!plain) throw new Error(`tokens_test can't read ${expression}`);
  return oklch(Number(plain[1]), Number(plain[2]), Number(plain[3]));
}

function requireContrast(front: string, backs: string[], least: number): void {
  for (const scheme of schemes) {
    for (const back of backs) {
      const ratio = contrast(colour(`var(--${front})`, scheme), colour(`var(--${back})`, scheme));
      ok(ratio >= least, `${front} on ${back} (${scheme}): ${ratio.toFixed(2)} < ${least}`);
    }
  }
}

const pages = ["bg", "surface", "raised", "hover"];

Deno.test("contrast is computed as WCAG does", () => {
  const black = oklch(0, 0, 0);
  const white = oklch(1, 0, 0);
  equal(contrast(black, white).toFixed(1), "21.0");
  equal(contrast(white, white), 1);
  equal(hex(white), "#ffffff");
  equal(hex(oklch(0.627955, 0.257683, 29.2339)), "#ff0000");
});

Deno.test("text reaches 4.5:1 wherever it stands, in both schemes", () => {
  requireContrast("text", [...pages, "own-bubble", "other-bubble", "accent-soft"], 7);
  requireContrast("muted", [...pages, "other-bubble", "own-bubble", "accent-soft"], 4.5);
  requireContrast("accent", [...pages, "accent-soft"], 4.5);
  requireContrast("on-accent", ["accent", "accent-hover"], 4.5);
  requireContrast("ok", [...pages, "ok-soft"], 4.5);
  requireContrast("warn", [...pages, "warn-soft"], 4.5);
  requireContrast("danger", [...pages, "danger-soft"], 4.5);
  requireContrast("bg", ["text"], 4.5);
});

Deno.test("controls and focus rings reach 3:1", () => {
  requireContrast("control", pages, 3);
  requireContrast("accent", [...pages, "own-bubble", "other-bubble"], 3);
  requireContrast("ok", pages, 3);
});

Deno.test("initials reach 4.5:1 on every avatar", () => {
  const colours = Array.from({ length: AVATAR_COLOURS }, (_, index) => `avatar-${index}`);
  requireContrast("on-avatar", colours, 4.5);
});

Deno.test("the browser's bars have the page's colour", () => {
  for (const scheme of schemes) {
    equal(themeColours[scheme], hex(colour("var(--bg)", scheme)), scheme);
  }
});

Deno.test("every token has a light and a dark value, or is made of ones that have", () => {
  for (const [name, value] of declarations) {
    if (name.startsWith("--shadow") || name === "--backdrop") continue;
    for (const scheme of schemes) colour(value, scheme);
  }
});
