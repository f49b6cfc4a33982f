/** The words of the interface, by language. */
import { type Catalogue, en } from "./en.ts";
import { type Locale, supportedLocale } from "./locale.ts";

const catalogues: Partial<Record<Locale, Catalogue>> = { en };

/** The catalogue of a BCP 47 tag; English where there is none, or none was added. */
export function catalogue(tag: string): Catalogue {
  return catalogues[supportedLocale(tag) ?? "en"] ?? en;
}

/**
 * Adds the words of a language. English is always there; another one is a module of its own, so that
 * a page loads only the one that it speaks.
 */
export function addCatalogue(locale: Locale, words: Catalogue): void {
  catalogues[locale] = words;
}

export type { Catalogue };
