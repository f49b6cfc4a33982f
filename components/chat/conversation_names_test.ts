import { deepEqual, equal } from "node:assert/strict";
import { conversationIdOf, conversationPath, mentions } from "./conversation_names.ts";

Deno.test("an address leads back to its conversation", () => {
  for (const id of ["d_abc-123", "auth0|user:1", "a@b+c=d"]) {
    equal(conversationIdOf(conversationPath(id)), id);
  }
});

Deno.test("other addresses name no conversation", () => {
  deepEqual(
    ["/chat", "/chat/", "/chat/a/b", "/settings", "/chat/%E0%A4%A"].map(conversationIdOf),
    [null, null, null, null, null],
  );
});

Deno.test("a mention is an @ and a whole word of the name", () => {
  const name = "Ada Lovelace";
  for (const text of ["@Ada look", "hey @lovelace!", "(@ada lovelace)"]) {
    equal(mentions(text, name), true, text);
  }
  for (const text of ["Ada", "@adam", "ada@example.org", "@", "@lov"]) {
    equal(mentions(text, name), false, text);
  }
});
