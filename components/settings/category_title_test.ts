import assert from "node:assert/strict";
import { pageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { DEFAULT_CATEGORIES } from "../../lib/notifications/categories.ts";
import { categoryNamed, categoryTitle } from "./category_title.ts";

Deno.test("each built-in category has words in each language", () => {
  const titles = DEFAULT_CATEGORIES.map((one) => categoryTitle(one, pageCatalogue("de")));
  assert.deepEqual(titles, [
    "Nachrichten",
    "Allgemeines",
    "Ankündigungen",
    "Aufgaben",
    "Bewertungen",
    "Dein Konto",
  ]);
  for (const one of DEFAULT_CATEGORIES) {
    assert.equal(categoryTitle(one, pageCatalogue("en")), one.title);
  }
});

Deno.test("what an operator has named is not translated", () => {
  const german = pageCatalogue("de");
  assert.equal(categoryTitle({ name: "grades", title: "Marks" }, german), "Marks");
  assert.equal(categoryTitle({ name: "constructor", title: "Grades" }, german), "Grades");
});

Deno.test("a name that nobody has words for is shown as it is", () => {
  assert.equal(categoryNamed("grades", pageCatalogue("de")), "Bewertungen");
  assert.equal(categoryNamed("toString", pageCatalogue("de")), "toString");
});
