import { type PageCatalogue, pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { useView } from "./view.tsx";

/** The words of settings, sign-in and error pages; not for components of the chat page. */
export function usePageWords(): PageCatalogue {
  return pageCatalogue(useView().format.locale);
}
