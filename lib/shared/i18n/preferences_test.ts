import { deepEqual, ok } from "node:assert/strict";
import { preferenceCookie, readPreferences } from "./preferences.ts";

Deno.test("preferences come out of the cookies", () => {
  const cookie =
    "a=b; skilllink_theme=dark; skilllink_locale=de; skilllink_tz=Europe%2FBerlin; x=%E0%A4%A";
  deepEqual(readPreferences(new Headers({ cookie })), {
    theme: "dark",
    locale: "de",
    formats: "de",
    timeZone: "Europe/Berlin",
  });
});

Deno.test("what can't be used is left out", () => {
  const cookie = "skilllink_theme=<script>; skilllink_locale=zz; skilllink_tz=Mars/Olympus";
  deepEqual(readPreferences(new Headers({ cookie, "accept-language": "de" })), {
    theme: "system",
    locale: "de",
    formats: "de",
    timeZone: "UTC",
  });
  deepEqual(readPreferences(new Headers()), {
    theme: "system",
    locale: "en",
    formats: "en",
    timeZone: "UTC",
  });
});

Deno.test("a written preference is read back", () => {
  const cookie = preferenceCookie("timeZone", "America/Argentina/Buenos_Aires");
  ok(cookie.includes("SameSite=Lax"));
  const [pair = ""] = cookie.split(";");
  const read = readPreferences(new Headers({ cookie: pair }));
  // Two names of one zone: the runtime may answer with either.
  ok(/Buenos_Aires$/.test(read.timeZone));
});
