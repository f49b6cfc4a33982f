import { equal } from "node:assert/strict";
import { join } from "node:path";
import { mapSpecifier, npmPath, readImportMap } from "./import_map.ts";

const map = {
  folder: "/project",
  imports: {
    "preact": "npm:preact@10.29.8",
    "@preact/signals": "npm:@preact/signals@2.11.4",
    "@/": "./",
    "@/lib/": "./source/lib/",
    "lib": "./lib/mod.ts",
  },
};

Deno.test("mapSpecifier resolves names, folders by the longest entry, and subpaths of packages", () => {
  equal(mapSpecifier(map, "lib"), "/project/lib/mod.ts");
  equal(mapSpecifier(map, "@/islands/A.tsx"), "/project/islands/A.tsx");
  equal(mapSpecifier(map, "@/lib/a.ts"), "/project/source/lib/a.ts");
  equal(mapSpecifier(map, "preact/hooks"), "npm:preact@10.29.8/hooks");
  equal(mapSpecifier(map, "@preact/signals/utils"), "npm:@preact/signals@2.11.4/utils");
  equal(mapSpecifier(map, "unknown"), null);
});

Deno.test("npmPath leaves the version out", () => {
  equal(npmPath("npm:preact@10.29.8/hooks"), "preact/hooks");
  equal(npmPath("npm:/@preact/signals@^2"), "@preact/signals");
  equal(npmPath("npm:zod"), "zod");
});

Deno.test("readImportMap finds the nearest configuration and reads comments and last commas", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "a/b"), { recursive: true });
    await Deno.writeTextFile(
      join(root, "deno.jsonc"),
      '{ // names\n "imports": { "x": "npm:x@1", /* more */ "url": "https://a.example//b", }, }',
    );
    const { folder, imports } = await readImportMap(join(root, "a/b"));
    equal(folder, root);
    equal(imports.x, "npm:x@1");
    equal(imports.url, "https://a.example//b");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
