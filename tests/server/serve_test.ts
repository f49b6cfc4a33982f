/** How the product starts and ends as a process. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { freePort } from "../../lib/testing/free_port.ts";
import { runArguments } from "../../tools/start.ts";
import { ownEnvironment } from "../support/environment.ts";
import { startServer } from "../support/server.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Starts the product where it can't start, and waits for its end. */
async function failToStart(
  env: Record<string, string>,
): Promise<{ code: number; error: string }> {
  // The permissions are those of a start that would work; only the process sees what is wrong.
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: runArguments(parseConfig({ DATA_DIR: env.DATA_DIR })),
    cwd: root,
    env: { ...ownEnvironment(), ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, error: new TextDecoder().decode(stderr) };
}

Deno.test("serve: prints where it is, where the data is and what is not set", async () => {
  await using server = await startServer();
  const port = new URL(server.origin).port;
  assert.match(server.output(), new RegExp(`ready at http://127\\.0\\.0\\.1:${port}`));
  assert.ok(server.output().includes(`${server.dataDir}/skilllink.sqlite3`));
  assert.match(server.output(), /Not set +VAPID_SUBJECT/);
  for (const path of ["/api/health", "/api/ready"]) {
    const response = await fetch(server.origin + path);
    assert.equal(response.status, 200, path);
    assert.ok(response.headers.get("x-request-id"), path);
    await response.body?.cancel();
  }
});

Deno.test("serve: SIGTERM and SIGINT end it with 0 within five seconds", async () => {
  await using server = await startServer();
  const started = performance.now();
  assert.equal(await server.stop(), 0);
  assert.ok(performance.now() - started < 5000);
  assert.match(server.output(), /"message":"Shutting down"/);
  await server.start();
  Deno.kill(server.pid, "SIGINT");
  assert.equal(await server.ended(), 0);
});

Deno.test("serve: log lines are JSON", async () => {
  await using server = await startServer({ env: { LOG_LEVEL: "debug" } });
  await (await fetch(`${server.origin}/api/nothing`)).body?.cancel();
  await server.stop();
  const lines = server.output().split("\n").filter((line) => line.startsWith("{"));
  const requests = lines.map((line) => JSON.parse(line)).filter((line) => line.path);
  const request = requests.find((line) => line.path === "/api/nothing");
  assert.equal(request?.status, 404);
  assert.ok(request.requestId);
});

Deno.test("R12 a second process on the same file refuses to start and says what to do", async () => {
  await using server = await startServer();
  const { code, error } = await failToStart({
    DATA_DIR: server.dataDir,
    PORT: String(freePort()),
  });
  assert.equal(code, 1);
  assert.match(error, /another process uses it.*DENO_KV_URL/);
  assert.doesNotMatch(error, /\n\s+at /);
  const response = await fetch(`${server.origin}/api/ready`);
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("R12 kill -9 leaves the file free", async () => {
  await using server = await startServer();
  await server.kill();
  await server.start();
  assert.equal(await server.stop(), 0);
});

Deno.test("serve: a port that is taken is told in one line", async () => {
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const dataDir = await Deno.makeTempDir();
  try {
    const { code, error } = await failToStart({
      DATA_DIR: dataDir,
      HOST: "127.0.0.1",
      PORT: String(taken.addr.port),
    });
    assert.equal(code, 1);
    assert.match(error, /the port is taken/);
    assert.doesNotMatch(error, /\n\s+at /);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("serve: what can't be used in the environment is named, secrets are not shown", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    const { code, error } = await failToStart({
      DATA_DIR: dataDir,
      PORT: "eighty",
      JWT_SECRET: "hunter2",
    });
    assert.equal(code, 1);
    assert.match(error, /PORT: given "eighty", but it must be a whole number/);
    assert.match(error, /JWT_SECRET: given a value of 7 characters/);
    assert.doesNotMatch(error, /hunter2|\n\s+at /);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
