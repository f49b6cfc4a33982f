import { deepEqual, equal, match } from "node:assert/strict";
import fc from "fast-check";
import { isOnlyEmoji, textParts } from "./rich_text.ts";

/** Texts with many near-addresses. */
const odd = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(
    fc.constantFrom(
      ...[
        "https://a.io/",
        "www.",
        ".",
        "@",
        "b.com",
        "\n",
        "ä",
        "://",
        "(",
        ")",
        " ",
        "javascript:",
      ],
    ),
  ).map((all) => all.join("")),
);

const links = (text: string) =>
  textParts(text).flatMap((part) => part.kind === "link" ? [part.href] : []);

Deno.test("web and mail addresses become links", () => {
  deepEqual(
    links("see https://example.org/a?b=c, www.example.com/x or ann+b@mail.example.org."),
    ["https://example.org/a?b=c", "https://www.example.com/x", "mailto:ann+b@mail.example.org"],
  );
});

Deno.test("a link ends where a character would turn the rest of it around", () => {
  for (const turn of ["\u200e", "\u200f", "\u202e", "\u202b", "\u2066", "\u2067", "\u2069"]) {
    deepEqual(links(`https://a.example/${turn}gnp.exe`), ["https://a.example/"]);
    deepEqual(links(`${turn}www.example.com/x`), ["https://www.example.com/x"]);
  }
});

Deno.test("a sentence's punctuation and brackets stay outside, the address's own inside", () => {
  const texts = (text: string) =>
    textParts(text).flatMap((part) => part.kind === "link" ? [part.text] : []);
  deepEqual(
    [
      "Look (https://a.io/b).",
      "https://en.wikipedia.org/wiki/Deno_(software)",
      "Really: https://a.io/b?!",
      "“https://a.io”",
      "[https://a.io/x]",
      "https://a.io/ä/ü and HTTPS://B.IO",
      "http://localhost:8000/x",
    ].map(texts),
    [
      ["https://a.io/b"],
      ["https://en.wikipedia.org/wiki/Deno_(software)"],
      ["https://a.io/b"],
      ["https://a.io"],
      ["https://a.io/x"],
      ["https://a.io/ä/ü", "HTTPS://B.IO"],
      ["http://localhost:8000/x"],
    ],
  );
});

Deno.test("what could run, leave the web or hide its host does not become a link", () => {
  for (
    const text of [
      "javascript:alert(1)",
      "javascript://https.example/%0aalert(1)",
      "data:text/html,<script>alert(1)</script>",
      "file:///etc/passwd",
      "vbscript:msgbox(1)",
      "<img src=x onerror=alert(1)>",
      "https://bank.example@evil.example/",
      "https://user:pass@evil.example/",
      "https://",
      "http://[",
      "www.",
      "www.com",
      "xhttps://a.io",
      "a@b",
      "@ann",
      "1.2.3",
      "file.md",
    ]
  ) deepEqual(links(text), [], text);
});

Deno.test("every link is http, https or mailto, whatever the text is", () => {
  fc.assert(fc.property(odd, (text) => {
    for (const href of links(text)) match(href, /^(https?:\/\/|mailto:)/);
  }));
});

Deno.test("the parts are the text again, whatever it is", () => {
  fc.assert(fc.property(odd, (text) => {
    equal(textParts(text).map((part) => part.text).join(""), text);
  }));
});

Deno.test("emoji alone are told from text", () => {
  for (const text of ["🎉", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪 🇫🇷", "❤️", "1️⃣", "😀😀😀"]) {
    equal(isOnlyEmoji(text), true, text);
  }
  for (const text of ["", "1", "12", "ok 🎉", "#", "😀😀😀😀😀😀😀", "©", "a"]) {
    equal(isOnlyEmoji(text), false, text);
  }
});
