import { deepEqual, equal } from "node:assert/strict";
import { dirOf, formatsOf, negotiateLocale, supportedLocale } from "./locale.ts";

Deno.test("a language is chosen by quality, then by order", () => {
  equal(negotiateLocale("de-AT,de;q=0.9,en;q=0.8"), "de");
  equal(negotiateLocale("en;q=0.4, de;q=0.5"), "de");
  equal(negotiateLocale("fr, en-GB, de"), "en");
});

Deno.test("an own choice wins over the browser's languages, an unknown one does not", () => {
  equal(negotiateLocale("de", "en"), "en");
  equal(negotiateLocale("de", "xx"), "de");
});

Deno.test("nothing usable gives the first language", () => {
  for (const header of [null, "", "*", "fr,es;q=0.2", ";;;,,,q=x", "de;q=0"]) {
    equal(negotiateLocale(header), "en");
  }
});

Deno.test("a region belongs to its language", () => {
  deepEqual(["de-CH", "EN-us", "fr", undefined].map(supportedLocale), ["de", "en", null, null]);
});

Deno.test("dates are written as where the reader is from, in the page's language", () => {
  equal(formatsOf("en-GB,en;q=0.9,de-AT;q=0.5", "en"), "en-GB");
  equal(formatsOf("en-GB,en;q=0.9,de-AT;q=0.5", "de"), "de-AT");
  equal(formatsOf("en-US-u-ca-buddhist-nu-thai", "en"), "en-US");
  equal(formatsOf("fr-FR, en", "en"), "en");
  for (const header of [null, "", "*", "en-!!", "de-DE", `en-${"x".repeat(600)}`]) {
    equal(formatsOf(header, "en"), "en", String(header));
  }
});

Deno.test("direction follows the language, and the script where it is named", () => {
  deepEqual(["ar", "he-IL", "fa-AF", "ur", "en", "de", "az-Arab", "ku-Latn"].map(dirOf), [
    "rtl",
    "rtl",
    "rtl",
    "rtl",
    "ltr",
    "ltr",
    "rtl",
    "ltr",
  ]);
});
