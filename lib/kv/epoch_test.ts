import assert from "node:assert/strict";
import { createFakeClock } from "../testing/fake_clock.ts";
import { until } from "../testing/fake_clock.ts";
import { openEpoch } from "./epoch.ts";
import { keys } from "./keys.ts";
import { openStore } from "./store.ts";

const clock = createFakeClock();

/** Opens the store of the folder, writes so many rows of the log, and closes it like a server. */
async function serve(folder: string, rows: number, end: "close" | "kill" = "close") {
  const store = await openStore({ kind: "file", path: `${folder}/store` });
  const epoch = await openEpoch(store, clock);
  const { value } = await store.kv.get<{ n: number }>(keys.head(3));
  await store.kv.set(keys.head(3), { n: (value?.n ?? 0) + rows });
  if (end === "close") await epoch.close();
  store.close();
  return epoch.id;
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a store keeps its epoch over restarts and kills", () =>
  inFolder(async (folder) => {
    const first = await serve(folder, 5);
    assert.equal(await serve(folder, 5, "kill"), first);
    assert.equal(await serve(folder, 0), first);
  }));

Deno.test("a backup that is put back begins an epoch, of this run or an earlier one", () =>
  inFolder(async (folder) => {
    const first = await serve(folder, 5);
    await Deno.copyFile(`${folder}/store`, `${folder}/backup`);
    assert.equal(await serve(folder, 5), first);
    await Deno.copyFile(`${folder}/backup`, `${folder}/store`);
    const second = await serve(folder, 20);
    assert.notEqual(second, first);
    assert.equal(await serve(folder, 0), second);
  }));

Deno.test("a store that came without its witness begins an epoch", () =>
  inFolder(async (folder) => {
    const first = await serve(folder, 5);
    await Deno.remove(`${folder}/store.epoch`);
    assert.notEqual(await serve(folder, 0), first);
    await Deno.writeTextFile(`${folder}/store.epoch`, "half a wit");
    assert.notEqual(await serve(folder, 0), first);
  }));

Deno.test("the witness is written each minute while the log grows", () =>
  inFolder(async (folder) => {
    const store = await openStore({ kind: "file", path: `${folder}/store` });
    const epoch = await openEpoch(store, clock);
    await store.kv.set(keys.head(0), { n: 42 });
    await clock.advance(60_000);
    await until(
      async () => JSON.parse(await Deno.readTextFile(`${folder}/store.epoch`)).log === 42,
      "the witness is written",
    );
    await epoch.close();
    store.close();
  }));

Deno.test("servers that start together on one store agree, and memory has no witness", async () => {
  const store = await openStore({ kind: "memory" });
  const epochs = await Promise.all(Array.from({ length: 5 }, () => openEpoch(store, clock)));
  assert.equal(new Set(epochs.map(({ id }) => id)).size, 1);
  for (const epoch of epochs) await epoch.close();
  store.close();
});
