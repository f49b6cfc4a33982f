/** The proxy's configuration in `deploy/`, run for real in front of three servers. */
import assert from "node:assert/strict";
import { freePort } from "../../lib/testing/free_port.ts";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import {
  assertOnceInOrder,
  type Cluster,
  heard,
  startCluster,
  tokenOf,
  within,
} from "./support/cluster.ts";

const CONFIGURATION = new URL("../../deploy/nginx.conf", import.meta.url);

async function findNginx(): Promise<string | null> {
  for (const folder of [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"]) {
    const path = `${folder}/nginx`;
    if (await Deno.stat(path).then((stat) => stat.isFile, () => false)) return path;
  }
  return null;
}

/** nginx by the configuration of `deploy/`; only its addresses and its files are put elsewhere. */
async function startProxy(program: string, { nodes }: Cluster, port: number) {
  const folder = await Deno.makeTempDir({ prefix: "skilllink-nginx-" });
  let text = await Deno.readTextFile(CONFIGURATION);
  const replace = (from: string, to: string) => {
    assert.ok(text.includes(from), `the configuration has ${from}`);
    text = text.replace(from, to);
  };
  nodes.forEach(({ server }, i) =>
    replace(`server${i + 1}:8000`, server.origin.replace("http://localhost", "127.0.0.1"))
  );
  replace("listen 8080;", `listen 127.0.0.1:${port};`);
  replace("/tmp/skilllink-nginx.pid", `${folder}/pid`);
  // As anybody, nginx may write only where we say.
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ");
  replace("access_log off;", `access_log off;\n  ${paths}`);
  // A limit of this machine's account may be lower.
  replace("worker_rlimit_nofile 65536;", "");
  replace("worker_connections 16384;", "worker_connections 512;");
  await Deno.writeTextFile(`${folder}/nginx.conf`, text);
  const child = new Deno.Command(program, {
    args: ["-c", `${folder}/nginx.conf`, "-p", folder, "-e", "stderr", "-g", "daemon off;"],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  await within(
    () =>
      fetch(`http://127.0.0.1:${port}/api/health`).then(
        async (response) => {
          await response.body?.cancel();
          return response.ok;
        },
        () => false,
      ),
    "the proxy answers",
  );
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Sends `head` and reads until the other side hangs up; what came, and after how many ms. */
async function untilHungUp(port: number, head: string): Promise<{ text: string; ms: number }> {
  const began = performance.now();
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(head));
  let text = "";
  const buffer = new Uint8Array(4096);
  for (;;) {
    const n = await conn.read(buffer).catch(() => null);
    if (n === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, n));
  }
  conn.close();
  return { text, ms: performance.now() - began };
}

const nginx = await findNginx();

Deno.test({
  name: "the proxy's configuration, in nginx (left out where nginx is missing)",
  ignore: nginx === null,
  async fn(t) {
    const port = freePort();
    const origin = `http://127.0.0.1:${port}`;
    await using cluster = await startCluster({ APP_ORIGIN: origin });
    await using _proxy = await startProxy(nginx ?? "", cluster, port);
    const call = async (user: string, path: string) => {
      const response = await fetch(`${origin}${path}`, {
        headers: { authorization: `Bearer ${await tokenOf(user)}` },
      });
      await response.body?.cancel();
      return response.status;
    };
    const connect = async (user: string) => {
      const client = new SocketClient(`${origin.replace("http", "ws")}/api/socket`, {
        token: await tokenOf(user),
      });
      await within(() => client.of("connected").length > 0, "a socket opens through the proxy");
      client.send({ type: "ping" });
      await within(() => client.of("pong").length > 0, "it is live");
      return client;
    };

    await t.step(
      "sockets go through it to any server, messages from one to the other",
      async () => {
        for (const user of ["ada", "bo"]) assert.equal(await call(user, "/api/users/me"), 200);
        const ada = await connect("ada");
        const devices = [];
        for (let i = 0; i < 6; i++) devices.push(await connect("bo"));
        for (let i = 0; i < 10; i++) {
          ada.send({ type: "send", clientId: `p-${i}`, receiverId: "bo", content: `message ${i}` });
        }
        for (const device of devices) {
          await within(() => heard(device).length >= 10, "every device hears it");
          assertOnceInOrder(device, 10, "a device");
        }
        for (const client of [ada, ...devices]) await client.close();
      },
    );

    await t.step("R10 a head or a body that comes too slowly is cut off", async () => {
      const [head, body] = await Promise.all([
        untilHungUp(port, "GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: "),
        untilHungUp(
          port,
          "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
        ),
      ]);
      for (const { text, ms } of [head, body]) {
        assert.ok(ms > 5000 && ms < 45_000, `cut off after ${ms} ms`);
        assert.doesNotMatch(text, /^HTTP\/1.1 2/);
      }
    });

    await t.step("R10 what is too large is refused", async () => {
      const response = await fetch(`${origin}/api/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "x".repeat(200_000),
      });
      await response.body?.cancel();
      assert.equal(response.status, 413);
    });

    await t.step("a server that is killed is passed over", async () => {
      await cluster.nodes[0].server.kill();
      for (let i = 0; i < 12; i++) assert.equal(await call("ada", "/api/users/me"), 200);
      await (await connect("ada")).close();
    });
  },
});
