import assert from "node:assert/strict";
import { matchesAll, wordsOf } from "./name_words.ts";

Deno.test("name words: lower case, without accents, each once, sorted", () => {
  assert.deepEqual(wordsOf("Zoë Öz-Ångström zoe"), ["angstrom", "oz", "zoe"]);
  assert.deepEqual(wordsOf("李 小龙"), ["小龙", "李"].sort());
  assert.deepEqual(wordsOf(" -- ' "), []);
});

Deno.test("name words: every word of the query must begin one of the name's", () => {
  const ann = wordsOf("Ann Marie Okafor");
  assert.equal(matchesAll(ann, wordsOf("ok an")), true);
  assert.equal(matchesAll(ann, wordsOf("ann ben")), false);
  assert.equal(matchesAll(ann, wordsOf("nn")), false);
});

Deno.test("name words: a long word of letters in two halves is never cut between them", () => {
  const [word] = wordsOf("𐌀".repeat(10) + "a" + "𐌀".repeat(20));
  assert.ok(word !== undefined && word.isWellFormed());
  assert.equal(word.length, 31);
});

Deno.test("R10 name words: a letter that falls apart into many does not make a long key", () => {
  for (const word of wordsOf("\ufdfa".repeat(80))) assert.ok(word.length <= 32);
});
