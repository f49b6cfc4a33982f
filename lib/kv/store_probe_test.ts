import assert from "node:assert/strict";
import { createFakeClock } from "../testing/fake_clock.ts";
import { keys } from "./keys.ts";
import { openStore } from "./store.ts";
import { createProbe } from "./store_probe.ts";

/** A store in memory of which a test says what it does, and a probe of it. */
async function world() {
  const store = await openStore({ kind: "memory" });
  const clock = createFakeClock();
  const faults: { get?: () => Promise<never>; set?: () => Promise<never> } = {};
  let asked = 0;
  const kv = new Proxy(store.kv, {
    get(target, name) {
      if (name === "get" && ++asked && faults.get) return faults.get;
      if (name === "set" && faults.set) return faults.set;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { store, clock, faults, probe: createProbe(kv, clock), asked: () => asked };
}

Deno.test("a store that works is relied on, and its probe leaves one row", async () => {
  const { store, clock, probe } = await world();
  assert.equal(await probe(), true);
  await clock.advance(1000);
  assert.equal(await probe(), true);
  assert.notEqual((await store.kv.get(keys.probe())).versionstamp, null);
  assert.equal(clock.waiting, 0);
  store.close();
});

Deno.test("a disk that is full still answers reads, and is not relied on until it takes writes", async () => {
  const { store, clock, faults, probe } = await world();
  faults.set = () => Promise.reject(new Error("database or disk is full"));
  assert.equal(await probe(), false);
  delete faults.set;
  await clock.advance(1000);
  assert.equal(await probe(), true);
  store.close();
});

Deno.test("a store that never answers is given two seconds", async () => {
  const { store, clock, faults, probe } = await world();
  faults.get = () => new Promise(() => {});
  const answer = probe();
  await clock.advance(2000);
  assert.equal(await answer, false);
  store.close();
});

Deno.test("R10 whoever asks within a second shares one answer", async () => {
  const { store, clock, probe, asked } = await world();
  await Promise.all(Array.from({ length: 100 }, () => probe()));
  await clock.advance(999);
  await probe();
  assert.equal(asked(), 1);
  await clock.advance(1);
  await probe();
  assert.equal(asked(), 2);
  store.close();
});
