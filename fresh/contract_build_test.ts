/** Production build and development server of Fresh, in processes of their own. Uses public names only. */
import { Builder } from "fresh/dev";
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { freePort } from "../lib/testing/free_port.ts";
import { openPage, untilText } from "./testdata/browser.ts";
import { launchChromium } from "../tests/support/browser.ts";

const FIXTURE = new URL("./testdata/app", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;
const DEADLINE_MS = 60_000;

/** A copy of the test application that a test may change. */
async function copyFixture(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "fresh-" });
  const copy = async (from: string, to: string) => {
    await Deno.mkdir(to, { recursive: true });
    for await (const { name, isDirectory } of Deno.readDir(from)) {
      if (name === "_fresh") continue;
      if (isDirectory) await copy(join(from, name), join(to, name));
      else await Deno.copyFile(join(from, name), join(to, name));
    }
  };
  await copy(FIXTURE, folder);
  return folder;
}

function start(args: string[], cwd: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), { args, cwd, stdout: "null", stderr: "null" }).spawn();
}

/** Asks until somebody answers. */
async function reach(url: string): Promise<Response> {
  const deadline = performance.now() + DEADLINE_MS;
  while (true) {
    try {
      return await fetch(url);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function listTree(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (!isDirectory) found.set(name, await Deno.readTextFile(path));
    else for (const [sub, text] of await listTree(path)) found.set(`${name}/${sub}`, text);
  }
  return new Map([...found].sort());
}

Deno.test("build() writes a server that deno serve runs, the same for the same sources", async () => {
  const root = await copyFixture();
  try {
    const builder = new Builder({ root });
    await builder.build();
    const first = await listTree(join(root, "_fresh"));
    await builder.build();
    deepEqual(await listTree(join(root, "_fresh")), first);

    const port = freePort();
    const serve = ["serve", "-A", "--parallel", "--config", CONFIG, "--host", "127.0.0.1"];
    const server = start([...serve, "--port", String(port), "_fresh/server.js"], root);
    try {
      const origin = `http://127.0.0.1:${port}`;
      const html = await (await reach(`${origin}/islands`)).text();
      const [, script] = /<script[^>]*src="([^"]+\.js)"/.exec(html) ?? [];
      const bundle = await fetch(new URL(script!, origin));
      match(bundle.headers.get("cache-control")!, /immutable/);
      await bundle.body?.cancel();
      const styles = await fetch(`${origin}/styles.css`);
      match(await styles.text(), /margin/);
      equal(
        await (await fetch(`${origin}/secret.txt`)).text().then((t) => /private/.test(t)),
        false,
      );
      const failed = await fetch(`${origin}/sub/throws`);
      equal(failed.status, 500);
      ok(!(await failed.text()).includes("a secret of the server"));
    } finally {
      server.kill("SIGKILL");
      await server.status;
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("the default export of the built server has fetch, for a server of one's own", async () => {
  const root = await copyFixture();
  try {
    await new Builder({ root }).build();
    const { default: server } = await import(`file://${root}/_fresh/server.js`);
    const response: Response = await server.fetch(new Request("http://localhost/docs/v1"));
    equal(await response.text(), "version v1");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("listen() reloads open pages when a route or a static file changes", async () => {
  const root = await copyFixture();
  const port = freePort();
  const watch = "--watch=static/,routes/";
  const server = start(["run", "-A", watch, "--config", CONFIG, "dev.ts", String(port)], root);
  const browser = await launchChromium();
  try {
    const origin = `http://127.0.0.1:${port}`;
    await (await reach(`${origin}/`)).body?.cancel();
    const { page } = await openPage(browser);
    page.setDefaultTimeout(DEADLINE_MS);
    await page.goto(`${origin}/about`);
    await page.click("#toggle");
    await untilText(page, "#toggle", "on");

    const route = join(root, "routes/(marketing)/(_components)/Banner.tsx");
    const source = await Deno.readTextFile(route);
    await Deno.writeTextFile(route, source.replace("banner</b>", "changed</b>"));
    await untilText(page, "main b", "changed");

    await page.evaluate(() => document.body.dataset.old = "yes");
    await Deno.writeTextFile(join(root, "static/styles.css"), "body { margin: 1px }\n");
    await page.waitForFunction(() => document.body?.dataset.old === undefined);

    const error = await reach(`${origin}/sub/throws`);
    equal(error.status, 500);
    await error.body?.cancel();
  } finally {
    await browser.close();
    server.kill("SIGKILL");
    await server.status;
    await Deno.remove(root, { recursive: true });
  }
});
