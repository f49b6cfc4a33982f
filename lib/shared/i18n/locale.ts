/** Which language a page speaks, and which way it runs. */

/** Languages with a catalogue; the first one is what everybody else gets. */
export const locales = ["en", "de"] as const;
export type Locale = (typeof locales)[number];

/** Each language in its own words: what the language setting lists. */
export const localeNames: Record<Locale, string> = { en: "English", de: "Deutsch" };

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** The writing direction of a BCP 47 tag, by its language and, where given, its script. */
export function dirOf(tag: string): "ltr" | "rtl" {
  const [language = "", script = ""] = tag.toLowerCase().split("-");
  if (script === "arab" || script === "hebr") return "rtl";
  if (script === "latn" || script === "cyrl") return "ltr";
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

/** The supported language of a tag ("de-AT" is "de"), or null. */
export function supportedLocale(tag: string | null | undefined): Locale | null {
  const language = tag?.toLowerCase().split("-")[0];
  return locales.find((locale) => locale === language) ?? null;
}

/**
 * What a page speaks: the person's own choice, else the best match of `Accept-Language`
 * (RFC 9110 §12.5.4), else the first supported one.
 */
export function negotiateLocale(
  acceptLanguage: string | null,
  chosen: string | null = null,
): Locale {
  const own = supportedLocale(chosen);
  if (own) return own;
  for (const tag of wantedTags(acceptLanguage)) {
    const found = supportedLocale(tag);
    if (found) return found;
  }
  return locales[0];
}

/**
 * How dates and numbers of a page in `locale` are written: as where the reader is from ("en-GB" has
 * other clocks than "en-US"), as far as `Accept-Language` tells; else as the language does.
 */
export function formatsOf(acceptLanguage: string | null, locale: Locale): string {
  for (const tag of wantedTags(acceptLanguage)) {
    if (supportedLocale(tag) !== locale) continue;
    try {
      // Language and region only: a longer tag could ask for another calendar or other digits.
      const { language, region } = new Intl.Locale(tag);
      return region ? `${language}-${region}` : locale;
    } catch {
      // Not a tag: the next one may be.
    }
  }
  return locale;
}

/** The tags of `Accept-Language`, the most wanted one first. */
function wantedTags(acceptLanguage: string | null): string[] {
  const wanted = (acceptLanguage ?? "").slice(0, 500).split(",").map((part, index) => {
    const [tag = "", ...parameters] = part.trim().split(";");
    const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean);
    return { tag: tag.trim(), index, quality: quality === undefined ? 1 : Number(quality) };
  });
  return wanted.filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
    .map(({ tag }) => tag);
}
