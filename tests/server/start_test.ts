/** `deno task start` as a newcomer uses it: the runner, the permissions that it gives, the demo. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { until } from "../../lib/testing/fake_clock.ts";
import { freePort } from "../../lib/testing/free_port.ts";
import { runArguments } from "../../tools/start.ts";
import { startServer } from "../support/server.ts";
import { spawn } from "../support/spawned.ts";

/** From the command to the first 200 of `/api/ready`, on a machine that has nothing else to do. */
const START_MAX_MS = 3000;

/** The runner, until it is told to end. */
interface Started {
  origin: string;
  pid: number;
  output(): string;
  ready(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number>;
  ended(): Promise<number>;
}

function start(env: Record<string, string>): Started {
  const { child, output, ended } = spawn(
    [Deno.execPath(), "run", "-A", "tools/start.ts"],
    { HOST: "127.0.0.1", ...env },
  );
  let isOver = false;
  void child.status.then(() => isOver = true);
  const origin = `http://localhost:${env.PORT}`;
  return {
    origin,
    pid: child.pid,
    output,
    async ready() {
      await until(
        async () => {
          assert.ok(!isOver, output());
          const response = await fetch(`${origin}/api/ready`).catch(() => null);
          await response?.body?.cancel();
          return response?.ok === true;
        },
        () => `it is ready:\n${output()}`,
        60_000,
      );
    },
    async stop() {
      child.kill("SIGTERM");
      return await ended();
    },
    ended,
  };
}

/** Command lines of the processes that this one has started. */
async function commandsBelow(pid: number): Promise<string[][]> {
  const children = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  return await Promise.all(
    children.trim().split(/\s+/).map(async (child) =>
      (await Deno.readTextFile(`/proc/${child}/cmdline`)).split("\0").slice(1, -1)
    ),
  );
}

Deno.test("start: DEMO=on serves, lets one try it, stores, and comes back to it with few permissions", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "skilllink-" });
  const env = { DATA_DIR: dataDir, PORT: String(freePort()), DEMO: "on" };
  const running: Started[] = [];
  const begin = (more: Record<string, string> = {}) => {
    const started = start({ ...env, ...more });
    running.push(started);
    return started;
  };
  try {
    const first = begin();
    await first.ready();
    assert.match(first.output(), /ready at http:\/\/127\.0\.0\.1:/);
    // What runs has the permissions of the arguments and no other, by the system's own word.
    assert.deepEqual(await commandsBelow(first.pid), [runArguments(parseConfig(env))]);

    const page = await (await fetch(`${first.origin}/sign-in`)).text();
    assert.match(page, /Try it/);
    const entered = await fetch(`${first.origin}/demo?as=maya`, {
      method: "POST",
      headers: { origin: first.origin },
      redirect: "manual",
    });
    await entered.body?.cancel();
    assert.equal(entered.status, 303);
    const [cookie] = (entered.headers.get("set-cookie") ?? "").split(";");
    assert.ok(cookie);
    const as = { cookie, origin: first.origin, "content-type": "application/json" };
    const chat = await fetch(`${first.origin}/chat`, { headers: as });
    assert.equal(chat.status, 200);
    assert.match(await chat.text(), /Jonas Weber/);
    const rows = async (origin: string) => {
      const response = await fetch(`${origin}/api/messages/conversations`, { headers: as });
      return (await response.json()).data as { partner?: { id: string; name: string } }[];
    };
    const jonas = (await rows(first.origin)).find(({ partner }) => partner?.name === "Jonas Weber");
    assert.ok(jonas?.partner);
    const sent = await fetch(`${first.origin}/api/messages`, {
      method: "POST",
      headers: as,
      body: JSON.stringify({ receiverId: jonas.partner.id, content: "It is kept" }),
    });
    assert.equal(sent.status, 201);
    const { data: message } = await sent.json();

    const second = begin({ PORT: String(freePort()) });
    assert.equal(await second.ended(), 1);
    assert.match(second.output(), /^Cannot start\. .*another process uses it.*DENO_KV_URL.*$/m);
    assert.doesNotMatch(second.output(), /\n\s+at /);

    assert.equal(await first.stop(), 0);
    const again = begin();
    await again.ready();
    const history = await fetch(
      `${again.origin}/api/messages/conversation/${jonas.partner.id}?limit=1`,
      { headers: as },
    );
    assert.deepEqual((await history.json()).data.map(({ id }: { id: string }) => id), [message.id]);
    assert.equal(await again.stop(), 0);
  } finally {
    for (const one of running) {
      // Those that have ended by themselves don't mind.
      await one.stop().catch((error) => assert.ok(error instanceof TypeError, error));
    }
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("start: from the build to ready in less than three seconds", async () => {
  await using server = await startServer();
  const times: number[] = [];
  // The best of several: whatever else runs on the machine is not the product's doing.
  while (times.length < 2 || (Math.min(...times) >= START_MAX_MS && times.length < 15)) {
    await server.stop();
    const from = performance.now();
    await server.start();
    times.push(performance.now() - from);
  }
  console.log(`ready after ${times.map(Math.round).join(", ")} ms`);
  assert.ok(Math.min(...times) < START_MAX_MS, `${times.map(Math.round).join(", ")} ms`);
});
