import { deepEqual, equal, ok } from "node:assert/strict";
import { AVATAR_COLOURS, avatarColour, givenName, initials } from "./initials.ts";

Deno.test("initials are the first of the first and of the last word", () => {
  deepEqual(
    [
      "Ada Lovelace",
      "Ann",
      "Jean-Luc van den Berg",
      "  (Dr.) élodie  ",
      "Prof. Dr. Amira Hassan",
      "J. K. Rowling",
      "Dr.",
      "عائشة المنصوري",
      "王小明",
      "🎉",
      "",
    ].map((name) => initials(name)),
    ["AL", "A", "JB", "É", "AH", "JR", "D", "عا", "王", "?", "?"],
  );
});

Deno.test("a given name is the first word that is no title", () => {
  deepEqual(
    ["Ada Lovelace", "Dr. Amira Hassan", "  Ann  ", "Dr.", "王小明", ""].map(givenName),
    ["Ada", "Amira", "Ann", "Dr.", "王小明", ""],
  );
});

Deno.test("a letter outside the basic plane stays whole", () => {
  equal(initials("𝒜lan"), "𝒜");
});

Deno.test("a colour stays with its id, and ids spread over all colours", () => {
  equal(avatarColour("user-1"), avatarColour("user-1"));
  const counts = new Map<number, number>();
  for (let i = 0; i < 1000; i++) {
    const colour = avatarColour(`u_${i}`);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  equal(counts.size, AVATAR_COLOURS);
  ok(Math.min(...counts.values()) > 50);
});
