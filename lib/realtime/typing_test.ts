import assert from "node:assert/strict";
import { createFakeClock } from "../testing/fake_clock.ts";
import { Typing } from "./typing.ts";

function listen() {
  const clock = createFakeClock();
  const told: string[] = [];
  const typing = new Typing({
    clock,
    sendToUsers(userIds, frame) {
      assert.ok(frame.type === "typing");
      told.push(`${frame.conversationId} ${frame.on ? "on" : "off"} > ${[...userIds].join()}`);
    },
  });
  return { clock, told, typing };
}

Deno.test("typing is over after six seconds, once", async () => {
  const { clock, told, typing } = listen();
  typing.set("ada", "c", true, ["bo"]);
  await clock.advance(5999);
  assert.deepEqual(told, ["c on > bo"]);
  await clock.advance(1);
  typing.set("ada", "c", false, ["bo"]);
  await clock.advance(60_000);
  assert.deepEqual(told, ["c on > bo", "c off > bo"]);
});

Deno.test("who goes stops typing everywhere", () => {
  const { clock, told, typing } = listen();
  typing.set("ada", "c", true, ["bo"]);
  typing.set("ada", "d", true, ["cy", "dee"]);
  typing.set("bo", "c", true, ["ada"]);
  told.length = 0;
  typing.clear("ada");
  assert.deepEqual(told, ["c off > bo", "d off > cy,dee"]);
  typing.close();
  assert.equal(clock.waiting, 0);
});

Deno.test("R10 somebody types in twenty conversations at most", () => {
  const { clock, told, typing } = listen();
  for (let i = 0; i < 25; i++) typing.set("ada", `c${i}`, true, ["bo"]);
  assert.deepEqual(told.filter((text) => text.includes("off")), [
    "c0 off > bo",
    "c1 off > bo",
    "c2 off > bo",
    "c3 off > bo",
    "c4 off > bo",
  ]);
  assert.equal(clock.waiting, 20);
});
