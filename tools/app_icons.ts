/**
 * Draws the app's icons: `static/icons/logo.svg` and the PNGs that installing, notifications and
 * iOS ask for. Needs Chromium (`CHROMIUM`, else /usr/bin/chromium). Run it when the sign changes:
 * `deno run -A tools/app_icons.ts`.
 */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { hex, oklch } from "../components/ui/oklch.ts";

const folder = join(import.meta.dirname ?? ".", "..", "static", "icons");
/** `--accent` and `--on-accent` of the light tokens. */
const accent = hex(oklch(0.51, 0.185, 277));
const onAccent = hex(oklch(0.99, 0.005, 277));

/** The sign of components/ui/Logo.tsx, on a grid of 48. */
const BUBBLE =
  "M14 7h20a9 9 0 0 1 9 9v11a9 9 0 0 1-9 9H22.5l-8.3 6.3A1.4 1.4 0 0 1 12 41.2V36a9 9 0 0 1-7-8.8V16a9 9 0 0 1 9-9Z";
const LINK = "M20.5 26h-3.2a4.5 4.5 0 0 1 0-9h3.2M27.5 17h3.2a4.5 4.5 0 0 1 0 9h-3.2M20 21.5h8";

const sign = (bubble: string, link: string) =>
  `<path fill="${bubble}" d="${BUBBLE}"/><path fill="none" stroke="${link}" stroke-width="4" stroke-linecap="round" d="${LINK}"/>`;
const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">${content}</svg>`;

const logo = svg(sign(accent, onAccent));
/** On its own ground; `share` of the square holds the sign. */
function onGround(share: number, radius: number): string {
  const offset = 24 * (1 - share);
  return svg(
    `<rect width="48" height="48" rx="${radius}" fill="${accent}"/>` +
      `<g transform="translate(${offset} ${offset}) scale(${share})">${sign(onAccent, accent)}</g>`,
  );
}
// Android paints a badge in one colour by its alpha: the link is a hole.
const badge = svg(
  `<mask id="m"><rect width="48" height="48" fill="#fff"/><path fill="none" stroke="#000" stroke-width="4" stroke-linecap="round" d="${LINK}"/></mask><path fill="#fff" mask="url(#m)" d="${BUBBLE}"/>`,
);

const pictures: [name: string, size: number, picture: string][] = [
  ["icon-192.png", 192, onGround(0.7, 11)],
  ["icon-512.png", 512, onGround(0.7, 11)],
  // iOS rounds the corners itself; a maskable icon keeps its sign within the inner 80 %.
  ["icon-180.png", 180, onGround(0.68, 0)],
  ["icon-maskable-512.png", 512, onGround(0.56, 0)],
  ["badge-96.png", 96, badge],
];

await Deno.mkdir(folder, { recursive: true });
await Deno.writeTextFile(join(folder, "logo.svg"), logo + "\n");
const browser = await chromium.launch({
  executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const [name, size, picture] of pictures) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${picture}`,
  );
  await page.screenshot({ path: join(folder, name), omitBackground: true });
  await page.close();
}
await browser.close();
