import assert from "node:assert/strict";
import fc from "fast-check";
import { readMessage } from "./frame_input.ts";

const ping = { type: "ping" };

Deno.test("a message holds one frame or several", () => {
  for (const frames of [ping, [ping], [ping, ping]]) {
    const received = readMessage(JSON.stringify(frames));
    assert.ok(received.kind === "frames");
    assert.ok(received.inputs.every(({ ok }) => ok));
  }
});

Deno.test("R10 what is too large, too much, binary or no JSON closes with its code", () => {
  const code = (data: unknown) => {
    const received = readMessage(data);
    return received.kind === "close" ? received.code : null;
  };
  assert.equal(code(new Uint8Array(3)), 4000);
  assert.equal(code("{"), 4000);
  assert.equal(code(JSON.stringify(Array(100).fill(ping))), null);
  assert.equal(code(JSON.stringify(Array(101).fill(ping))), 4008);
  const text = (bytes: number, unit: string) =>
    `"${unit.repeat((bytes - 2) / new TextEncoder().encode(unit).length)}"`;
  assert.equal(code(text(65_536, "x")), null);
  assert.equal(code(text(65_536, "x") + " "), 4009);
  assert.equal(code(text(65_538, "é")), 4009);
  assert.equal(code(text(65_538, "👩")), 4009);
});

Deno.test("no text whatever makes it throw", () =>
  fc.assert(fc.property(
    fc.oneof(fc.json(), fc.string(), fc.jsonValue().map((value) => JSON.stringify([value]))),
    (text) => {
      const received = readMessage(text);
      assert.ok(received.kind === "close" || received.inputs.length > 0);
    },
  )));
