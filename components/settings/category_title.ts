import type { PageCatalogue } from "../../lib/shared/i18n/pages.ts";

/** A built-in category in the reader's language; what the operator has named stays as it is. */
export function categoryTitle(
  { name, title }: { name: string; title: string },
  { notify }: PageCatalogue,
): string {
  const known = Object.entries(notify.categories).find(([one]) => one === name)?.[1];
  return known?.builtIn === title ? known.title : title;
}

/** The same where only the name is known. */
export function categoryNamed(name: string, { notify }: PageCatalogue): string {
  return Object.entries(notify.categories).find(([one]) => one === name)?.[1].title ?? name;
}
