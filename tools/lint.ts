/**
 * `deno task lint`: `deno lint`, again when it crashed. With a plugin Deno 2.9 now and then dies of
 * SIGSEGV after its work (one run in a hundred), which says nothing about the code.
 */
import { join } from "node:path";
import { run } from "./run.ts";

const TRIES = 3;
/** 128 and SIGSEGV. */
const CRASHED = 139;

const root = join(import.meta.dirname ?? ".", "..");
let code = CRASHED;
for (let attempt = 0; attempt < TRIES && code === CRASHED; attempt++) {
  code = await run(["lint", ...Deno.args], { cwd: root });
}
Deno.exit(code);
