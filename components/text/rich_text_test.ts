import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { isOnlyEmoji, textParts } from "./rich_text.ts";

const links = (text: string) =>
  textParts(text).flatMap((part) => part.kind === "link" ? [part.href] : []);

Deno.test("web and mail addresses become links", () => {
  deepEqual(
    links("see https://example.org/a?b=c, www.example.com/x or ann@example.org."),
    ["https://example.org/a?b=c", "https://www.example.com/x", "mailto:ann@example.org"],
  );
});

Deno.test("what could run or leave the web does not", () => {
  for (
    const text of [
      "javascript:alert(1)",
      "data:text/html,<script>alert(1)</script>",
      "file:///etc/passwd",
      "vbscript:msgbox(1)",
      "<img src=x onerror=alert(1)>",
    ]
  ) deepEqual(links(text), [], text);
});

Deno.test("the parts are the text again, whatever it is", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(fc.constantFrom("https://a.io/", ".", "@", "b.com", "\n", "ä", "://", "(", ")", " "))
        .map((all) => all.join("")),
    ),
    (text) => equal(textParts(text).map((part) => part.text).join(""), text),
  ));
});

Deno.test("emoji alone are told from text", () => {
  for (const text of ["🎉", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪 🇫🇷", "❤️", "1️⃣", "😀😀😀"]) {
    equal(isOnlyEmoji(text), true, text);
  }
  for (const text of ["", "1", "12", "ok 🎉", "#", "😀😀😀😀😀😀😀", "©", "a"]) {
    equal(isOnlyEmoji(text), false, text);
  }
});
