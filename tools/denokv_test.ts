import assert from "node:assert/strict";
import { findDenokv } from "./denokv.ts";

/** What the tool prints, and how it ends, where only `env` is known. */
async function ask(env: Record<string, string>) {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./denokv.ts", import.meta.url).pathname],
    env: { ...env, DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` },
  }).output();
  return { code, text: new TextDecoder().decode(stdout).trim() };
}

Deno.test("denokv is found on PATH first, then where cargo puts it, whatever HOME says", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/bin/denokv`, "");
    const path = `${folder}/bin:${Deno.env.get("PATH")}`;
    assert.deepEqual(await ask({ PATH: path }), { code: 0, text: `${folder}/bin/denokv` });
    const elsewhere = await findDenokv();
    const { text, code } = await ask({ HOME: folder });
    if (elsewhere === null) {
      assert.equal(code, 1);
      assert.match(text, /denokv is missing: .*cargo install denokv --locked/);
    } else assert.deepEqual({ text, code }, { text: elsewhere, code: 0 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
