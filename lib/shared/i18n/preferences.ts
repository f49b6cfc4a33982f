/**
 * How somebody wants their pages: kept in cookies that hold nothing else, so that the first HTML
 * already has the right colours, language and times.
 */
import { formatsOf, type Locale, negotiateLocale } from "./locale.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Names of the cookies. */
export const preferenceCookies = {
  theme: "skilllink_theme",
  locale: "skilllink_locale",
  timeZone: "skilllink_tz",
} as const;

/** What the server may assume of the reader. */
export interface Preferences {
  theme: Theme;
  locale: Locale;
  /** BCP 47: how dates and numbers are written. */
  formats: string;
  /** IANA name; UTC until the browser has said where it is. */
  timeZone: string;
}

/** Reads the preferences out of a request's headers; whatever can't be used is left out. */
export function readPreferences(headers: Headers): Preferences {
  const cookies = parseCookies(headers.get("cookie"));
  const theme = themes.find((name) => name === cookies.get(preferenceCookies.theme)) ?? "system";
  const languages = headers.get("accept-language");
  const locale = negotiateLocale(languages, cookies.get(preferenceCookies.locale) ?? null);
  return {
    theme,
    locale,
    formats: formatsOf(languages, locale),
    timeZone: usableTimeZone(cookies.get(preferenceCookies.timeZone)) ?? "UTC",
  };
}

/** The text of a cookie that keeps a preference for a year. */
export function preferenceCookie(name: keyof typeof preferenceCookies, value: string): string {
  return `${preferenceCookies[name]}=${
    encodeURIComponent(value)
  }; Path=/; Max-Age=31536000; SameSite=Lax`;
}

function parseCookies(header: string | null): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at < 0) continue;
    try {
      cookies.set(part.slice(0, at).trim(), decodeURIComponent(part.slice(at + 1).trim()));
    } catch {
      // Not a cookie of ours: these are written with encodeURIComponent.
    }
  }
  return cookies;
}

function usableTimeZone(name: string | undefined): string | null {
  if (!name || name.length > 64) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
