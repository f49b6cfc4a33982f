import assert from "node:assert/strict";
import { AppError } from "../shared/errors.ts";
import { keys } from "./keys.ts";
import { migrate } from "./migrations.ts";
import { openStore } from "./store.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("store: memory is empty, reachable and at the newest schema", async () => {
  const store = await openStore({ kind: "memory" });
  assert.equal(await store.reachable(), true);
  assert.equal((await store.kv.get(keys.schema())).value, 2);
  store.close();
});

Deno.test("store: a file keeps its rows, and its folder is made", async () => {
  await inFolder(async (folder) => {
    const location = { kind: "file", path: `${folder}/deep/data.sqlite3` } as const;
    const first = await openStore(location);
    await first.kv.set(keys.secret("e"), "e1");
    first.close();
    const second = await openStore(location);
    assert.equal((await second.kv.get(keys.secret("e"))).value, "e1");
    second.close();
  });
});

Deno.test("store: a folder that can't be written is told by its name, not by a stack", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "no folder");
    const path = `${folder}/file/data.sqlite3`;
    await assert.rejects(openStore({ kind: "file", path }), (error) => {
      assert.ok(error instanceof AppError);
      assert.match(error.message, /DATA_DIR.* must be one that can be written/);
      assert.ok(error.message.includes(path));
      return true;
    });
  });
});

Deno.test("R12 a second opening of the same file is refused and says what to use", async () => {
  await inFolder(async (folder) => {
    const location = { kind: "file", path: `${folder}/data.sqlite3` } as const;
    const store = await openStore(location);
    await assert.rejects(openStore(location), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "conflict");
      assert.match(error.message, /another process uses it.*DENO_KV_URL/);
      return true;
    });
    store.close();
    (await openStore(location)).close();
  });
});

Deno.test("R12 the lock of a process that was killed is free again", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/data.sqlite3`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--unstable-kv", holdLock(path)],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read(); // "held"
    await assert.rejects(openStore({ kind: "file", path }), /another process uses it/);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    (await openStore({ kind: "file", path })).close();
  });
});

function holdLock(path: string): string {
  const store = new URL("./store.ts", import.meta.url).href;
  return `const { openStore } = await import(${JSON.stringify(store)});
    await openStore({ kind: "file", path: ${JSON.stringify(path)} });
    console.log("held");
    setInterval(() => {}, 1000);`;
}

Deno.test("migrations: run in order, once, and by one of two that start together", async () => {
  const kv = await Deno.openKv(":memory:");
  const ran: number[] = [];
  const step = (to: number) => ({ to, run: () => Promise.resolve(void ran.push(to)) });
  await migrate(kv, [step(1), step(2)]);
  await migrate(kv, [step(1), step(2), step(3)]);
  assert.deepEqual(ran, [1, 2, 3]);
  assert.equal((await kv.get(keys.schema())).value, 3);
  await Promise.all([migrate(kv, [step(4)]), migrate(kv, [step(4)])]);
  assert.equal((await kv.get(keys.schema())).value, 4);
  kv.close();
});

Deno.test("migrations: a store of a newer release is refused", async () => {
  const kv = await Deno.openKv(":memory:");
  await kv.set(keys.schema(), 99);
  await assert.rejects(migrate(kv), /has schema 99, this release knows 2/);
  kv.close();
});
