/**
 * The words of settings, sign-in and error pages. Apart from `mod.ts`, so that the chat page's
 * script does not carry them.
 */
import { dePages } from "./de_pages.ts";
import { enPages, type PageCatalogue } from "./en_pages.ts";
import { type Locale, supportedLocale } from "./locale.ts";

const catalogues: Record<Locale, PageCatalogue> = { en: enPages, de: dePages };

/** The page catalogue of a BCP 47 tag; English where there is none. */
export function pageCatalogue(tag: string): PageCatalogue {
  return catalogues[supportedLocale(tag) ?? "en"];
}

export type { PageCatalogue };
