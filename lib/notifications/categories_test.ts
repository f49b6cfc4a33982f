import assert from "node:assert/strict";
import { categoriesBody } from "../shared/preferences_schema.ts";
import {
  categoryOf,
  DEFAULT_CATEGORIES,
  findIssues,
  isOn,
  toPreferences,
  withChange,
} from "./categories.ts";
import { NO_PREFERENCES } from "./preferences_row.ts";

Deno.test("categories: the built-in ones keep the rules of an operator's", () => {
  assert.deepEqual(categoriesBody.parse(DEFAULT_CATEGORIES), DEFAULT_CATEGORIES);
});

Deno.test("categories: two of one name, and none named general, are refused", () => {
  const [message, general] = DEFAULT_CATEGORIES;
  const issues = (value: unknown) =>
    categoriesBody.safeParse(value).error?.issues.map(({ message }) => message);
  assert.deepEqual(issues([general, general]), ["is there twice"]);
  assert.deepEqual(issues([message]), ['must hold a category "general"']);
  assert.equal(issues([])?.length, 2);
});

Deno.test("categoryOf: a name that nobody made follows the rules of general", () => {
  assert.equal(categoryOf(DEFAULT_CATEGORIES, "grades").name, "grades");
  assert.equal(categoryOf(DEFAULT_CATEGORIES, "lottery").name, "general");
});

Deno.test("isOn: the own choice, else the default; fixed ones have no choice", () => {
  const row = withChange(NO_PREFERENCES, {
    categories: { grades: { push: false }, general: { bell: false } },
  });
  assert.equal(isOn(DEFAULT_CATEGORIES, NO_PREFERENCES, "grades", "push"), true);
  assert.equal(isOn(DEFAULT_CATEGORIES, row, "grades", "push"), false);
  assert.equal(isOn(DEFAULT_CATEGORIES, row, "grades", "bell"), true);
  assert.equal(isOn(DEFAULT_CATEGORIES, row, "lottery", "bell"), false);
  // A choice from before the operator fixed it counts no more.
  const fixed = { ...row, choices: { account: { push: false } } };
  assert.equal(isOn(DEFAULT_CATEGORIES, fixed, "account", "push"), true);
});

Deno.test("withChange: what is not named stays", () => {
  const quietHours = { timeZone: "UTC", days: [1], from: "22:00", to: "07:00" };
  const first = withChange(NO_PREFERENCES, { categories: { grades: { push: false } }, quietHours });
  const second = withChange(first, { categories: { grades: { bell: false } } });
  assert.deepEqual(second, {
    choices: { grades: { push: false, bell: false } },
    quietHours,
    hideContent: false,
  });
  assert.deepEqual(withChange(second, { quietHours: null }).quietHours, null);
});

Deno.test("findIssues: names the field of an unknown category and of a fixed one", () => {
  assert.deepEqual(
    findIssues(DEFAULT_CATEGORIES, {
      categories: {
        lottery: { push: false },
        account: { push: false, bell: true },
        message: { bell: true },
      },
    }),
    [
      { path: "categories.lottery", message: "no such category" },
      { path: "categories.account.push", message: "can't be switched off" },
      { path: "categories.message.bell", message: "can't be switched on" },
    ],
  );
});

Deno.test("toPreferences: shows each category with what holds", () => {
  const row = withChange(NO_PREFERENCES, { categories: { grades: { push: false } } });
  const grades = toPreferences(DEFAULT_CATEGORIES, row).categories
    .find(({ name }) => name === "grades");
  assert.deepEqual(grades, {
    name: "grades",
    title: "Grades",
    bell: { on: true, fixed: false },
    push: { on: false, fixed: false },
  });
});
