import { deepEqual, equal, throws } from "node:assert/strict";
import { compilePattern, isLiteral, matchPattern } from "./pattern.ts";

const PATTERNS = [
  "/",
  "/a/b",
  "/:id",
  "/a/:id",
  "/a/:id?",
  "/a/:rest*",
  "/a/:rest+",
  "/a/*",
  "/a/:id(\\d+)",
  "/a/:id(\\d+)?",
  "/docs{/:version}?",
  "/x/:module@:version/:path*",
  "/file.:ext",
  "/(one|two)/x",
  "/a{/b}*/c",
  "/esc\\:aped",
  "*",
];
const PATHS = [
  "/",
  "/a",
  "/a/",
  "/a/b",
  "/a/b/c",
  "/a/b/b/c",
  "/a/12",
  "/docs",
  "/docs/v1",
  "/docs/v1/x",
  "/x/std@1.2/mod.ts",
  "/x/std@1/a/b",
  "/file.txt",
  "/one/x",
  "/three/x",
  "/esc:aped",
  "/a/c",
  "/\u{1f600}",
];

Deno.test("a compiled pattern matches the paths that URLPattern matches, with the same parameters", () => {
  for (const pattern of PATTERNS) {
    const compiled = compilePattern(pattern);
    const reference = new URLPattern({ pathname: pattern });
    for (const path of PATHS) {
      const pathname = new URL(path, "http://localhost").pathname;
      const groups = reference.exec({ pathname })?.pathname.groups ?? null;
      const expected = groups === null
        ? null
        : Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined));
      deepEqual(matchPattern(compiled, pathname), expected, `${pattern} ${path}`);
    }
  }
});

Deno.test("isLiteral tells patterns that match one path", () => {
  equal(isLiteral("/a/b.c-d_e"), true);
  for (const pattern of ["/:a", "/a/*", "/a{/b}?", "/(a)", "/a\\:b"]) {
    equal(isLiteral(pattern), false, pattern);
  }
});

Deno.test("a pattern with a mistake is refused when it is compiled", () => {
  for (const pattern of ["/:", "/{a", "/a}", "/(a", "/:a/:a", "/a?", "/((b))", "/\\"]) {
    throws(() => compilePattern(pattern), TypeError, pattern);
  }
});
