/** The reader's language and time zone, for every component below a {@link ViewProvider}. */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { type Catalogue, catalogue } from "../../lib/shared/i18n/mod.ts";
import type { Format } from "../../lib/shared/i18n/format.ts";

/** What a route knows of the reader; JSON, so that islands can be given it. */
export interface ViewSettings {
  /** BCP 47. */
  locale: string;
  /** IANA name. */
  timeZone: string;
}

/** Words and formats. */
export interface View {
  t: Catalogue;
  format: Format;
}

const ViewContext = createContext<View>({
  t: catalogue("en"),
  format: { locale: "en", timeZone: "UTC" },
});

/** Gives the components inside their words. */
export function ViewProvider(
  { settings, children }: { settings: ViewSettings; children: ComponentChildren },
) {
  const { locale, timeZone } = settings;
  const view = useMemo(() => viewOf({ locale, timeZone }), [locale, timeZone]);
  return <ViewContext.Provider value={view}>{children}</ViewContext.Provider>;
}

/** The words of the surrounding {@link ViewProvider}; English and UTC without one. */
export function useView(): View {
  return useContext(ViewContext);
}

/** The same outside of a component tree. */
export function viewOf(settings: ViewSettings): View {
  return { t: catalogue(settings.locale), format: { ...settings } };
}
