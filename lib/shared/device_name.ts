/** Names that people recognise their devices by: "Firefox on Linux". */

/** First match wins: what others are built on (Chrome, Safari) comes after those built on it. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|OPT|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bYaBrowser\//, "Yandex Browser"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\bCriOS\//, "Chrome"],
  [/\b(?:Headless)?Chrom(?:e|ium)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\b(?:Macintosh|Mac OS X)\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];
/** A User-Agent is the caller's text: no more of it than this is looked at. */
const LOOKED_AT = 512;

/** What can be told of a device; null for what can't. */
export interface DeviceTraits {
  browser: string | null;
  system: string | null;
  /** A phone, or a tablet that says so. */
  small: boolean;
}

/** Browser and system of a `User-Agent`. */
export function deviceOf(userAgent: string): DeviceTraits {
  const text = userAgent.slice(0, LOOKED_AT);
  const first = (table: readonly [RegExp, string][]) =>
    table.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  return {
    browser: first(BROWSERS),
    system: first(SYSTEMS),
    small: /\b(?:Mobile|iPhone|Android)\b/.test(text),
  };
}

/** "Firefox on Linux" from a `User-Agent`; "Browser" stands for what is not recognised. */
export function deviceName(userAgent: string): string {
  const { browser, system } = deviceOf(userAgent);
  return system === null ? browser ?? "Browser" : `${browser ?? "Browser"} on ${system}`;
}
