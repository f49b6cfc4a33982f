import assert from "node:assert/strict";
import { join } from "node:path";

const script = new URL("../.ci/run", import.meta.url).pathname;
/** How many checks stand beside the tests; here all of them succeed. */
const CHECKS = [...(await Deno.readTextFile(script)).matchAll(/^check "/gm)].length;

/** Runs `.ci/run` where `npx` prints a record of tests instead of running any; every check succeeds. */
async function ciRun(record: string, testsEndWith: number): Promise<{ code: number; end: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(folder, ".ci"));
    await Deno.copyFile(script, join(folder, ".ci", "run"));
    await Deno.writeTextFile(join(folder, "record"), record);
    await Deno.writeTextFile(
      join(folder, "npx"),
      `#!/bin/sh\ncase "$*" in *"task test") cat "${folder}/record"; exit ${testsEndWith};; esac\n`,
      { mode: 0o755 },
    );
    const { code, stdout } = await new Deno.Command("bash", {
      args: [join(folder, ".ci", "run")],
      env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
      stderr: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    return { code, end: text.slice(text.indexOf("== build") + "== build\n".length) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("ci: ends with the sum of tests and checks", async () => {
  const record = "build: 1 passed, 0 failed\ntests: 7 passed, 0 failed\n";
  assert.deepEqual(await ciRun(record, 0), {
    code: 0,
    end: `${7 + CHECKS} passed, 0 failed\n`,
  });
});

Deno.test("ci: the tests that failed stand above the last line", async () => {
  const record = `failed: a test of this prints that (./no_test.ts)
  and this
build: 1 passed, 0 failed
beside the code: 5 passed, 1 failed
failed: R1 no gap (./lib/a_test.ts)
  Error: a gap
tests: 6 passed, 1 failed
`;
  const { code, end } = await ciRun(record, 1);
  assert.equal(code, 1);
  assert.equal(
    end,
    `FAILED: tests
failed: R1 no gap (./lib/a_test.ts)
  Error: a gap
${6 + CHECKS} passed, 1 failed
`,
  );
});

Deno.test("ci: of many failed tests it names ten", async () => {
  const failures = Array.from({ length: 14 }, (_, n) => `failed: ${n} (./a_test.ts)\n  Error\n`);
  const { end } = await ciRun(
    `build: 1 passed, 0 failed\n${failures.join("")}tests: 1 passed, 14 failed\n`,
    1,
  );
  assert.equal(end.split("\n").length, 1 + 20 + 1 + 1);
  assert.match(end, /failed: 9 \(/);
  assert.doesNotMatch(end, /failed: 10 \(/);
});

Deno.test("ci: a run that ends badly without a failed test is a failure", async () => {
  const { code, end } = await ciRun("Segmentation fault\n", 139);
  assert.equal(code, 1);
  assert.equal(end, `FAILED: the test run itself\n${CHECKS} passed, 1 failed\n`);
});
