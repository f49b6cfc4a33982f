/** Colours of the tokens as numbers: for tests of contrast, and for what needs sRGB. */

/** Lightness 0–1, a and b of OKLab (CSS Color 4 §9.3). */
export interface Oklab {
  l: number;
  a: number;
  b: number;
}

export function oklch(l: number, chroma: number, hue: number): Oklab {
  const radians = hue * Math.PI / 180;
  return { l, a: chroma * Math.cos(radians), b: chroma * Math.sin(radians) };
}

/** `color-mix(in oklab, one share, other)`; share is 0–1. */
export function mix(one: Oklab, share: number, other: Oklab): Oklab {
  const of = (x: number, y: number) => x * share + y * (1 - share);
  return { l: of(one.l, other.l), a: of(one.a, other.a), b: of(one.b, other.b) };
}

/** The hue in degrees. */
export function hueOf({ a, b }: Oklab): number {
  return Math.atan2(b, a) * 180 / Math.PI;
}

/** Linear-light sRGB, clipped to its gamut (the matrices of CSS Color 4 §18). */
export function linearRgb({ l, a, b }: Oklab): [number, number, number] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    clip(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
  ];
}

/** "#rrggbb". */
export function hex(colour: Oklab): string {
  const channel = (linear: number) => {
    const encoded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.round(encoded * 255).toString(16).padStart(2, "0");
  };
  return `#${linearRgb(colour).map(channel).join("")}`;
}

/** WCAG 2.2's contrast ratio, 1 to 21. */
export function contrast(one: Oklab, other: Oklab): number {
  const luminance = (colour: Oklab) => {
    const [red, green, blue] = linearRgb(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
