/** Several servers on one KV server, and people who are known to all of them. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import type { ServerFrame } from "../../../lib/shared/protocol.ts";
import type { Message } from "../../../lib/shared/message_schema.ts";
import { until } from "../../../lib/testing/fake_clock.ts";
import { SocketClient } from "../../../lib/testing/socket_client.ts";
import { type Server, startServer } from "../../support/server.ts";
import { ACCESS_TOKEN, type KvServer, startKvServer } from "./denokv.ts";
import { type KvProxy, startKvProxy } from "./kv_proxy.ts";

const SECRET = "a secret of the cluster's tests, of more than 32 characters";
/** For whatever must happen in the end, on a machine that does other things as well. */
export const IN_THE_END_MS = 60_000;

/** One server and its own way to the KV server. */
export interface Node {
  readonly server: Server;
  readonly proxy: KvProxy;
  /**
   * A socket of somebody (a name or a token). It says something at once, so that it is live, unless
   * `silent`: then a test says the first word (a resume, say).
   */
  connect(user: string, silent?: "silent"): Promise<SocketClient>;
  /** A request as somebody, or with a key; the body as JSON. */
  call(
    who: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; data: unknown; code: string | undefined }>;
}

/** See the header of this module. */
export interface Cluster extends AsyncDisposable {
  readonly kv: KvServer;
  readonly nodes: readonly [Node, Node, Node];
}

/** A host platform's token. */
export async function tokenOf(user: string, role = "member"): Promise<string> {
  return await new SignJWT({ sub: user, name: user, role })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
}

/** Starts `denokv` and three servers. */
export async function startCluster(env: Record<string, string> = {}): Promise<Cluster> {
  const stack = new AsyncDisposableStack();
  try {
    const kv = stack.use(await startKvServer());
    const proxies = [0, 1, 2].map(() => stack.use(startKvProxy(kv.port)));
    const servers = await Promise.allSettled(proxies.map((proxy) =>
      startServer({
        env: {
          JWT_SECRET: SECRET,
          DEMO: "off",
          ADMIN_EMAILS: "admin@example.org",
          ...env,
          DENO_KV_URL: proxy.url,
          DENO_KV_ACCESS_TOKEN: ACCESS_TOKEN,
        },
      })
    ));
    const nodes: Node[] = [];
    for (const [i, started] of servers.entries()) {
      if (started.status === "fulfilled") {
        // A server that hangs on its store must not keep the run from ending.
        stack.defer(async () => {
          await started.value.kill();
          await started.value[Symbol.asyncDispose]();
        });
        nodes.push(node(started.value, proxies[i]!, stack));
      }
    }
    for (const started of servers) if (started.status === "rejected") throw started.reason;
    return {
      kv,
      nodes: nodes as [Node, Node, Node],
      async [Symbol.asyncDispose]() {
        kv.thaw();
        await stack.disposeAsync();
      },
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** A token or a key as it is; a host platform's token for a name. */
async function bearer(who: string): Promise<string> {
  return who.startsWith("sk_") || who.includes(".") ? who : await tokenOf(who);
}

function node(server: Server, proxy: KvProxy, stack: AsyncDisposableStack): Node {
  return {
    server,
    proxy,
    async connect(user, silent) {
      const client = new SocketClient(`${server.origin.replace("http", "ws")}/api/socket`, {
        token: await bearer(user),
      });
      stack.defer(() => client.close());
      await within(() => client.of("connected").length > 0, "a socket opens");
      if (silent) return client;
      client.send({ type: "ping" });
      await within(() => client.of("pong").length > 0, "a socket is live");
      return client;
    },
    async call(who, method, path, body) {
      const response = await fetch(`${server.origin}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await bearer(who)}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(IN_THE_END_MS),
      });
      const text = await response.text();
      const json = text === "" ? {} : JSON.parse(text);
      return { status: response.status, data: json.data, code: json.error?.code };
    },
  };
}

/** Waits with patience. */
export function within(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  return until(condition, what, IN_THE_END_MS);
}

/** Makes the profiles of people, as their first visit does. */
export async function introduce(node: Node, ...users: string[]): Promise<void> {
  for (const user of users) {
    assert.equal((await node.call(user, "GET", "/api/users/me")).status, 200);
  }
}

/** The whole conversation as somebody sees it. */
export async function readAll(node: Node, user: string, conversation: string): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { status, data } = await node.call(
      user,
      "GET",
      `/api/messages/conversation/${conversation}?limit=200&after=${all.at(-1)?.seq ?? 0}`,
    );
    assert.equal(status, 200);
    const page = data as Message[];
    all.push(...page);
    if (page.length < 200) return all;
  }
}

/** The messages that a socket was told, in the order of arrival. */
export function heard(client: SocketClient): Message[] {
  return client.of("message").map(({ message }) => message);
}

/** R2, R4: exactly 1 to `count`, in order. */
export function assertOnceInOrder(client: SocketClient, count: number, who: string): void {
  assert.deepEqual(
    heard(client).map(({ seq }) => seq),
    Array.from({ length: count }, (_, i) => i + 1),
    `${who} heard each message once and in order`,
  );
}

/** Whether a socket was told something. */
export function told<T extends ServerFrame["type"]>(
  client: SocketClient,
  type: T,
  fits: (frame: Extract<ServerFrame, { type: T }>) => boolean,
): boolean {
  return client.of(type).some(fits);
}
