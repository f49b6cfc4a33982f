import assert from "node:assert/strict";
import { run } from "./run.ts";

const cwd = Deno.cwd();

Deno.test("run: resolves to the exit code of the child", async () => {
  assert.equal(await run(["eval", "Deno.exit(7)"], { cwd }), 7);
  assert.equal(await run(["eval", "0"], { cwd }), 0);
});

Deno.test("run: tells which signal ended the child", async () => {
  assert.equal(await run(["eval", "Deno.kill(Deno.pid, 'SIGKILL')"], { cwd }), 137);
});

Deno.test("run: hands over the environment", async () => {
  const args = ["eval", "Deno.exit(Deno.env.get('ONE') === 'two' ? 0 : 1)"];
  assert.equal(await run(args, { cwd, env: { ONE: "two" } }), 0);
});

Deno.test("run: lets what the child prints be heard", async () => {
  let text = "";
  const heard = (part: string) => void (text += part);
  assert.equal(await run(["eval", "console.log('grüße')"], { cwd, heard }), 0);
  assert.match(text, /grüße/);
});
