import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Wire } from "./wire.ts";

function pipe() {
  const sent: string[] = [];
  return {
    sent,
    readyState: 1 as 0 | 1 | 2 | 3,
    bufferedAmount: 0,
    send: (text: unknown) => void sent.push(String(text)),
  };
}

Deno.test("what is pushed in one turn leaves as one array, a single frame as itself", async () => {
  const to = pipe();
  const wire = new Wire(to, () => {});
  wire.push("1");
  await setImmediate();
  wire.push("2");
  wire.push("3");
  await Promise.resolve().then(() => wire.push("4"));
  await setImmediate();
  assert.deepEqual(to.sent, ["1", "[2,3,4]"]);
});

Deno.test("R10 an array holds a hundred frames at most", async () => {
  const to = pipe();
  const wire = new Wire(to, () => {});
  for (let i = 0; i < 250; i++) wire.push(String(i));
  await setImmediate();
  assert.deepEqual(to.sent.map((text) => JSON.parse(text).length), [100, 100, 50]);
  assert.deepEqual(to.sent.flatMap((text) => JSON.parse(text)).at(-1), 249);
});

Deno.test("R10 a pipe with more than a megabyte unsent gets nothing more", async () => {
  const to = pipe();
  let overflows = 0;
  const wire = new Wire(to, () => void overflows++);
  to.bufferedAmount = 1024 * 1024;
  wire.push("1");
  await setImmediate();
  assert.deepEqual([to.sent.length, overflows], [1, 0]);
  to.bufferedAmount++;
  wire.push("2");
  await setImmediate();
  assert.deepEqual([to.sent.length, overflows], [1, 1]);
});

Deno.test("a closed pipe is sent nothing", async () => {
  const to = pipe();
  const wire = new Wire(to, () => assert.fail("overflow"));
  wire.push("1");
  to.readyState = 3;
  await setImmediate();
  assert.deepEqual(to.sent, []);
});
