import assert from "node:assert/strict";
import { parseConfig } from "../lib/config.ts";
import { runArguments } from "./start.ts";

const valueOf = (args: string[], flag: string) =>
  args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1).split(",") ?? null;

Deno.test("start: reads and writes no more than its own files and the data folder", () => {
  const args = runArguments(parseConfig({ DATA_DIR: "/var/lib/skilllink" }));
  assert.deepEqual(valueOf(args, "--allow-write"), ["/var/lib/skilllink"]);
  assert.ok(valueOf(args, "--allow-read")?.includes("/var/lib/skilllink"));
  assert.ok(!valueOf(args, "--allow-read")?.includes("."));
  assert.ok(valueOf(args, "--allow-env")?.includes("JWT_SECRET"));
  for (const flag of ["-A", "--allow-all", "--allow-run", "--allow-ffi", "--allow-env"]) {
    assert.ok(!args.includes(flag), flag);
  }
});

Deno.test("start: writes nothing when the data is on a KV server", () => {
  const args = runArguments(
    parseConfig({ DENO_KV_URL: "http://127.0.0.1:4512", DENO_KV_ACCESS_TOKEN: "token" }),
  );
  assert.equal(valueOf(args, "--allow-write"), null);
});
