import { equal, ok } from "node:assert/strict";
import { redirectResponse } from "./redirect.ts";

const ORIGIN = "https://app.example";
const target = (path: string) =>
  new URL(redirectResponse(path, 302).headers.get("location")!, `${ORIGIN}/at`);

Deno.test("a path that a browser would read as another site stays on this one", () => {
  const tricks = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "\u0000//evil.example",
  ];
  for (const trick of tricks) equal(target(trick).origin, ORIGIN, JSON.stringify(trick));
});

Deno.test("paths, relative ones too, and URLs are kept", () => {
  equal(target("/a?b=c#d").href, `${ORIGIN}/a?b=c#d`);
  equal(target("b").href, `${ORIGIN}/b`);
  equal(target("?x=//y").href, `${ORIGIN}/at?x=//y`);
  equal(target("https://other.example/x").href, "https://other.example/x");
});

Deno.test("characters that no header may have are encoded", () => {
  equal(redirectResponse("/ü x", 303).headers.get("location"), "/%C3%BC%20x");
  ok(redirectResponse("/\ud800", 302).headers.get("location")!.startsWith("/%"));
});
