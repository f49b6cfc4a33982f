import { deepEqual, equal, ok } from "node:assert/strict";
import { de } from "./de.ts";
import { deDialogs } from "./de_dialogs.ts";
import { dePages } from "./de_pages.ts";
import { en } from "./en.ts";
import { enDialogs } from "./en_dialogs.ts";
import { enPages } from "./en_pages.ts";
import { catalogue } from "./mod.ts";
import "./add_german.ts";
import { pageCatalogue } from "./pages.ts";

type Leaf = string | ((...args: never[]) => string);
type Tree = { [key: string]: Leaf | Tree };

function leaves(tree: Tree, path = ""): [string, Leaf][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "object" ? leaves(value, `${path}${key}.`) : [[`${path}${key}`, value]]
  );
}

const say = (leaf: Leaf) =>
  typeof leaf === "function" ? (leaf as (...args: unknown[]) => string)(3, 4) : leaf;

Deno.test("each catalogue has the same keys, with words of the same kind", () => {
  const kinds = (tree: Tree) => leaves(tree).map(([key, leaf]) => [key, typeof leaf]);
  deepEqual(kinds(de), kinds(en));
  deepEqual(kinds(dePages), kinds(enPages));
  deepEqual(kinds(deDialogs), kinds(enDialogs));
});

Deno.test("no words are empty, shout, or hold markup", () => {
  for (const tree of [en, de, enPages, dePages, enDialogs, deDialogs]) {
    for (const [key, leaf] of leaves(tree)) {
      const words = say(leaf);
      ok(words.trim() !== "", key);
      ok(!/[!<>]/.test(words), `${key}: ${words}`);
    }
  }
});

Deno.test("a translation is not the original", () => {
  const english = new Map([...leaves(en), ...leaves({ pages: enPages, dialogs: enDialogs })]);
  const german = [...leaves(de), ...leaves({ pages: dePages, dialogs: deDialogs })];
  const same = german.filter(([key, leaf]) => say(leaf) === say(english.get(key) ?? ""));
  ok(same.length < 25, same.map(([key]) => key).join(", "));
});

Deno.test("one and many differ", () => {
  equal(en.chat.newMessages(1), "1 new message");
  equal(en.chat.newMessages(1200), "1,200 new messages");
  equal(de.chat.newMessages(1), "1 neue Nachricht");
  equal(de.chat.newMessages(1200), "1.200 neue Nachrichten");
});

Deno.test("a tag without a catalogue gets English", () => {
  equal(catalogue("de-AT"), de);
  equal(catalogue("ar"), en);
  equal(pageCatalogue("de-AT"), dePages);
  equal(pageCatalogue("ar"), enPages);
});
