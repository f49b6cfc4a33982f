import { equal, notEqual } from "node:assert/strict";
import { join } from "node:path";
import { StaticDir } from "./static_dir.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "static/sub"), { recursive: true });
    await Deno.writeTextFile(join(root, "static/a.txt"), "a");
    await Deno.writeTextFile(join(root, "secret.txt"), "secret");
    await run(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("StaticDir finds files, and sees when they change", () =>
  inFolder(async (root) => {
    const dir = new StaticDir(join(root, "static"));
    const before = await dir.find("/a.txt");
    equal(before!.contentType, "text/plain; charset=utf-8");
    await Deno.writeTextFile(join(root, "static/a.txt"), "longer");
    notEqual((await dir.find("/a.txt"))!.hash, before!.hash);
  }));

Deno.test("StaticDir never leaves its folder, not even through a link", () =>
  inFolder(async (root) => {
    await Deno.symlink(join(root, "secret.txt"), join(root, "static/link.txt"));
    await Deno.symlink(root, join(root, "static/up"));
    const dir = new StaticDir(join(root, "static"));
    const paths = [
      "/../secret.txt",
      "/sub/../../secret.txt",
      "/link.txt",
      "/up/secret.txt",
      "/sub",
      "/",
      "",
      "a.txt",
      "//a.txt",
      "/a.txt/",
      "/a.txt/b",
      "/a\\b",
      "/\0",
      "/missing",
    ];
    for (const path of paths) equal(await dir.find(path), null, JSON.stringify(path));
  }));

Deno.test("StaticDir is empty where the folder is missing", async () => {
  equal(await new StaticDir("/does/not/exist").find("/a.txt"), null);
});
