/**
 * Stores of other releases. `testdata/schema_1.sqlite3.gz` was written by a release of schema 1: Root
 * (admin), Ann and Ben; seven messages between Ann and Ben in turns, Ann first; a room with a message of
 * Root's; a notification for Ann and one for everybody.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { keys } from "../../lib/kv/keys.ts";
import { migrations } from "../../lib/kv/migrations.ts";
import { type Server, startServer } from "../support/server.ts";

const OLD = new URL("testdata/schema_1.sqlite3.gz", import.meta.url);
const PASSWORD = "correct horse battery";
const newest = migrations.at(-1)?.to ?? 0;

/** A data folder with that store in it, changed as a test wants. */
async function withOldStore(
  run: (dataDir: string) => Promise<void>,
  change: (kv: Deno.Kv) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "skilllink-" });
  try {
    const packed = (await Deno.open(OLD)).readable;
    const path = join(dataDir, "skilllink.sqlite3");
    await Deno.writeFile(path, packed.pipeThrough(new DecompressionStream("gzip")));
    const kv = await Deno.openKv(path);
    await change(kv);
    kv.close();
    await run(dataDir);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function schemaOf(dataDir: string): Promise<number | null> {
  const kv = await Deno.openKv(join(dataDir, "skilllink.sqlite3"));
  try {
    return (await kv.get<number>(keys.schema())).value;
  } finally {
    kv.close();
  }
}

/** `data` and what stands beside it, of a call that must succeed. */
async function call(server: Server, token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(server.origin + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function signIn(server: Server, name: string) {
  const email = `${name}@example.org`;
  const { data } = await call(server, "", "POST", "/api/auth/login", { email, password: PASSWORD });
  return { token: data.token as string, id: data.user.id as string };
}

Deno.test("migrations: the store of an older release is taken over with everything in it", async () => {
  await withOldStore(async (dataDir) => {
    assert.ok(newest > 1, "there is something to bring it to");
    const server = await startServer({ dataDir });
    try {
      const [ann, ben] = [await signIn(server, "ann"), await signIn(server, "ben")];
      const history = async () =>
        (await call(server, ben.token, "GET", `/api/messages/conversation/${ann.id}`)).data;
      const old = await history();
      assert.deepEqual(
        old.map(({ seq, content, senderId }: Record<string, unknown>) => [seq, content, senderId]),
        [1, 2, 3, 4, 5, 6, 7].map((n) => [n, `message ${n}`, n % 2 ? ann.id : ben.id]),
      );
      // R3 holds over the change, and seq goes on where it was.
      const post = async (by: string, to: string, clientId: string, content: string) =>
        (await call(server, by, "POST", "/api/messages", { receiverId: to, clientId, content }))
          .data;
      assert.equal((await post(ann.token, ben.id, "old-7", "message 7")).seq, 7);
      assert.equal((await post(ann.token, ben.id, "new-1", "message 8")).seq, 8);
      assert.equal((await history()).length, 8);
      const { data: rows } = await call(server, ben.token, "GET", "/api/messages/conversations");
      assert.deepEqual(
        rows.map(({ kind, seq, unreadCount }: Record<string, unknown>) => [kind, seq, unreadCount]),
        [["direct", 8, 2], ["room", 1, 1]],
      );
      const bell = await call(server, ann.token, "GET", "/api/notifications");
      assert.deepEqual(
        [bell.data.map(({ title }: { title: string }) => title), bell.unreadCount],
        [["To all", "Graded"], 2],
      );
      const { data: people } = await call(server, ann.token, "GET", "/api/users?query=roo");
      assert.deepEqual(people.map(({ name }: { name: string }) => name), ["Root"]);
      assert.equal(await server.stop(), 0);
      assert.equal(await schemaOf(dataDir), newest);
      // What it writes is found again, by another process.
      await server.start();
      assert.equal((await history()).length, 8);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
});

Deno.test("migrations: the store of a newer release is refused in one line, and left as it is", async () => {
  await withOldStore(async (dataDir) => {
    await assert.rejects(startServer({ dataDir }), (error: Error) => {
      assert.match(error.message, /The server ended/);
      assert.match(
        error.message,
        new RegExp(`Cannot start.*schema 99, this release knows ${newest}.*newer release`),
      );
      return true;
    });
    assert.equal(await schemaOf(dataDir), 99);
  }, (kv) => kv.set(keys.schema(), 99));
});
