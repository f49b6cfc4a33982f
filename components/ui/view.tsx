/** The reader's language and time zone, for every component below a {@link ViewProvider}. */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { type Catalogue, catalogue } from "../../lib/shared/i18n/mod.ts";
import type { Format } from "../../lib/shared/i18n/format.ts";
import { preferenceCookie } from "../../lib/shared/i18n/preferences.ts";

/** What a route knows of the reader; JSON, so that islands can be given it. */
export interface ViewSettings {
  /** BCP 47: the language of the words. */
  locale: string;
  /** BCP 47: how dates and numbers are written, "en-GB" for example. */
  formats: string;
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

/**
 * Gives the components inside their words. Where the server did not know the browser's time zone
 * (the first page of all), times follow as soon as the script runs, and the next page has it right.
 */
export function ViewProvider(
  { settings, children }: { settings: ViewSettings; children: ComponentChildren },
) {
  const { locale, formats } = settings;
  const [timeZone, setTimeZone] = useState(settings.timeZone);
  useEffect(() => {
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (own === settings.timeZone) return;
    document.cookie = preferenceCookie("timeZone", own);
    setTimeZone(own);
  }, []);
  const view = useMemo(() => viewOf({ locale, formats, timeZone }), [
    locale,
    formats,
    timeZone,
  ]);
  return <ViewContext.Provider value={view}>{children}</ViewContext.Provider>;
}

/** The words of the surrounding {@link ViewProvider}; English and UTC without one. */
export function useView(): View {
  return useContext(ViewContext);
}

/** The same outside of a component tree. */
export function viewOf(settings: ViewSettings): View {
  const { locale, formats, timeZone } = settings;
  return { t: catalogue(locale), format: { locale: formats, timeZone } };
}
