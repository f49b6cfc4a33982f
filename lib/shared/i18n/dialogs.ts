/** The words of what opens over the chat page, apart from those that every page has at once. */
import { deDialogs } from "./de_dialogs.ts";
import { type DialogCatalogue, enDialogs } from "./en_dialogs.ts";
import { type Locale, supportedLocale } from "./locale.ts";

const catalogues: Record<Locale, DialogCatalogue> = { en: enDialogs, de: deDialogs };

/** The dialogs' catalogue of a BCP 47 tag; English where there is none. */
export function dialogCatalogue(tag: string): DialogCatalogue {
  return catalogues[supportedLocale(tag) ?? "en"];
}

export type { DialogCatalogue };
