/** The words of the interface, by language. */
import { de } from "./de.ts";
import { type Catalogue, en } from "./en.ts";
import { type Locale, supportedLocale } from "./locale.ts";

const catalogues: Record<Locale, Catalogue> = { en, de };

/** The catalogue of a BCP 47 tag; English where there is none. */
export function catalogue(tag: string): Catalogue {
  return catalogues[supportedLocale(tag) ?? "en"];
}

export type { Catalogue };
