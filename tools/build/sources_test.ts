import assert from "node:assert/strict";
import { join } from "node:path";
import { isFresh, takeStamps, writeStamps } from "./sources.ts";

/** A project of a few files that has just been built. */
async function built(run: (root: string, out: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const out = join(root, "_fresh");
  try {
    for (
      const path of ["main.ts", "routes/index.tsx", "lib/shared/a.ts", "static/styles.css"]
    ) await write(root, path, "one");
    const stamps = await takeStamps(root);
    await write(root, "_fresh/server.js", "built");
    await writeStamps(out, stamps);
    await run(root, out);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function write(root: string, path: string, text: string): Promise<void> {
  await Deno.mkdir(join(root, path, ".."), { recursive: true });
  await Deno.writeTextFile(join(root, path), text);
}

Deno.test("isFresh: what has just been built is fresh", () =>
  built(async (root, out) => assert.equal(await isFresh(root, out), true)));

Deno.test("isFresh: a touched file with the same content is fresh", () =>
  built(async (root, out) => {
    await Deno.utime(join(root, "main.ts"), 1, 1);
    assert.equal(await isFresh(root, out), true);
  }));

const changes: [name: string, change: (root: string) => Promise<void>][] = [
  ["a changed file", (root) => write(root, "main.ts", "two and more")],
  ["a change of the same size", async (root) => {
    await write(root, "lib/shared/a.ts", "two");
    await Deno.utime(join(root, "lib/shared/a.ts"), 1, 1);
  }],
  ["a new file", (root) => write(root, "islands/Bell.tsx", "new")],
  ["a removed file", (root) => Deno.remove(join(root, "routes/index.tsx"))],
  ["a missing server", (root) => Deno.remove(join(root, "_fresh/server.js"))],
  ["a missing style sheet", (root) => Deno.remove(join(root, "static/styles.css"))],
  ["a build without its record", (root) => Deno.remove(join(root, "_fresh/.sources.json"))],
];
for (const [name, change] of changes) {
  Deno.test(`isFresh: ${name} makes it stale`, () =>
    built(async (root, out) => {
      await change(root);
      assert.equal(await isFresh(root, out), false);
    }));
}

Deno.test("isFresh: tests and what the build makes do not count", () =>
  built(async (root, out) => {
    await write(root, "lib/shared/a_test.ts", "test");
    await write(root, "static/fonts/inter.woff2", "font");
    await write(root, "static/styles.css", "other");
    assert.equal(await isFresh(root, out), true);
  }));
