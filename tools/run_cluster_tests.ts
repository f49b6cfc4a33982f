/** `deno task test:cluster`: the tests of several servers on one KV server, which must be there. */
import { join } from "node:path";
import { findDenokv, HOW_TO_GET_DENOKV } from "./denokv.ts";
import { run } from "./run.ts";

const root = join(import.meta.dirname ?? ".", "..");

if (await findDenokv() === null) {
  console.error(HOW_TO_GET_DENOKV);
  Deno.exit(1);
}
Deno.exit(
  await run(["test", "-A", "--no-check", "--frozen", "tests/cluster", ...Deno.args], { cwd: root }),
);
