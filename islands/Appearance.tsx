import { useSignal } from "@preact/signals";
import { type Locale, localeNames, locales, supportedLocale } from "../lib/shared/i18n/locale.ts";
import {
  preferenceCookie,
  preferenceCookies,
  type Theme,
  themes,
} from "../lib/shared/i18n/preferences.ts";
import { Choice } from "../components/ui/Choice.tsx";
import { themeColours } from "../components/ui/theme_colours.ts";
import { usePageWords } from "../components/ui/page_words.ts";
import { useView, ViewProvider, type ViewSettings } from "../components/ui/view.tsx";

/** Colours and language: kept in this browser's cookies, so that the first HTML has them. */
export default function Appearance({ settings, theme }: { settings: ViewSettings; theme: Theme }) {
  return (
    <ViewProvider settings={settings}>
      <Choices theme={theme} />
    </ViewProvider>
  );
}

function Choices({ theme }: { theme: Theme }) {
  const { format } = useView();
  const p = usePageWords();
  const chosen = useSignal(theme);
  return (
    <div class="flex flex-wrap gap-x-10 gap-y-5">
      <Choice<Theme>
        name={preferenceCookies.theme}
        legend={p.settings.theme}
        value={chosen.value}
        options={themes.map((value) => ({ value, label: p.settings.themes[value] }))}
        onChange={(next) => {
          chosen.value = next;
          document.cookie = preferenceCookie("theme", next);
          showTheme(next);
        }}
      />
      <Choice<Locale>
        name={preferenceCookies.locale}
        legend={p.settings.language}
        value={supportedLocale(format.locale) ?? locales[0]}
        options={locales.map((value) => ({ value, label: localeNames[value] }))}
        onChange={(next) => {
          document.cookie = preferenceCookie("locale", next);
          location.reload();
        }}
      />
    </div>
  );
}

/** At once, as the server would have drawn it. */
function showTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const dark = theme === "dark" || (theme === "system" && meta.media.includes("dark"));
    meta.content = themeColours[dark ? "dark" : "light"];
  }
}
