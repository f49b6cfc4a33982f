import { type DialogCatalogue, dialogCatalogue } from "../../lib/shared/i18n/dialogs.ts";
import { useView } from "./view.tsx";

/** The words of dialogs over the chat page; only for components that are loaded later. */
export function useDialogWords(): DialogCatalogue {
  return dialogCatalogue(useView().format.locale);
}
