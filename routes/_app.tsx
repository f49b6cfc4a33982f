import { asset } from "fresh/runtime";
import { define } from "../lib/http/state.ts";
import { dirOf } from "../lib/shared/i18n/locale.ts";
import { readPreferences } from "../lib/shared/i18n/preferences.ts";
import { themeColours } from "../components/ui/theme_colours.ts";
import German from "../islands/German.tsx";

const FONT = "/fonts/inter-latin-wght-normal.woff2";

/** The outer HTML of every page. */
export default define.page(({ Component, req, state, url }) => {
  const { theme, locale } = readPreferences(req.headers);
  const lang = state.locale ?? locale;
  const appName = state.services?.config.appName ?? "SkillLink";
  return (
    <html lang={lang} dir={dirOf(lang)} data-theme={theme === "system" ? undefined : theme}>
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
        />
        <meta name="application-name" content={appName} />
        <meta name="description" content={`${appName}: messages and notifications in real time`} />
        <meta name="apple-mobile-web-app-capable" content="yes" />
        <meta name="apple-mobile-web-app-title" content={appName} />
        {theme === "dark" || theme === "light"
          ? <meta name="theme-color" content={themeColours[theme]} />
          : (
            <>
              <meta
                name="theme-color"
                media="(prefers-color-scheme: light)"
                content={themeColours.light}
              />
              <meta
                name="theme-color"
                media="(prefers-color-scheme: dark)"
                content={themeColours.dark}
              />
            </>
          )}
        <link rel="preload" href={FONT} as="font" type="font/woff2" crossOrigin="anonymous" />
        <link rel="stylesheet" href={asset("/styles.css")} />
        <link rel="manifest" href="/manifest.webmanifest" />
        <link rel="icon" href={asset("/icons/logo.svg")} type="image/svg+xml" />
        <link rel="icon" href={asset("/icons/icon-192.png")} sizes="192x192" type="image/png" />
        <link rel="apple-touch-icon" href={asset("/icons/icon-180.png")} />
        <link rel="canonical" href={new URL(url.pathname, state.origin ?? url.origin).href} />
      </head>
      <body>
        {lang === "de" && <German />}
        <Component />
      </body>
    </html>
  );
});
