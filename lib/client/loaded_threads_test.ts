import assert from "node:assert/strict";
import { createLoadedThreads } from "./loaded_threads.ts";

function thread(name: string, size: number) {
  return {
    name,
    size,
    release() {
      this.size = 0;
    },
  };
}

Deno.test("R10 twenty conversations beside the one that is shown keep their messages", () => {
  const threads = createLoadedThreads<ReturnType<typeof thread>>();
  const all = Array.from({ length: 25 }, (_, n) => thread(`${n}`, 10));
  for (const one of all) threads.shown(one);
  assert.deepEqual(all.filter(({ size }) => size === 0).map(({ name }) => name), [
    "0",
    "1",
    "2",
    "3",
  ]);
  assert.deepEqual(threads.list().slice(0, 2).map(({ name }) => name), ["24", "23"]);
});

Deno.test("R10 and 5,000 messages in all, whatever the one that is shown has", () => {
  const threads = createLoadedThreads<ReturnType<typeof thread>>();
  const [first, second, third, large] = [
    thread("first", 2000),
    thread("second", 2000),
    thread("third", 2000),
    thread("large", 9000),
  ];
  for (const one of [first, second, third, large]) threads.shown(one);
  assert.deepEqual([first.size, second.size, third.size, large.size], [0, 2000, 2000, 9000]);
  threads.shown(second);
  assert.deepEqual([second.size, third.size, large.size], [2000, 0, 0]);
});

Deno.test("showing one again, or forgetting it, makes room for others", () => {
  const threads = createLoadedThreads<ReturnType<typeof thread>>();
  const [a, b] = [thread("a", 1), thread("b", 1)];
  threads.shown(a);
  threads.shown(b);
  threads.shown(a);
  assert.deepEqual(threads.list(), [a, b]);
  threads.forget(a);
  assert.deepEqual(threads.list(), [b]);
});
