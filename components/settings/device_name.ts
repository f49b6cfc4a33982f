/** What a browser is called, from its `User-Agent`: enough to recognise one's own. */

const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/Chrome\/|\bCriOS\/|\bChromium\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const first = (table: [RegExp, string][], text: string) =>
  table.find(([pattern]) => pattern.test(text))?.[1] ?? null;

/** Browser and system; null for what can't be told. `small` is a phone. */
export function deviceOf(
  userAgent: string,
): { browser: string | null; system: string | null; small: boolean } {
  return {
    browser: first(browsers, userAgent),
    system: first(systems, userAgent),
    small: /\bMobile\b|\biPhone\b|\bAndroid\b/.test(userAgent),
  };
}
