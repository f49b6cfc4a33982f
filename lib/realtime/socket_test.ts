import assert from "node:assert/strict";
import { createWorld } from "../testing/world.ts";

Deno.test("R4 a message reaches each device of each member once, the sender's others too", async () => {
  await using world = await createWorld();
  const [ada, bo, cy] = [
    await world.person("Ada"),
    await world.person("Bo"),
    await world.person("Cy"),
  ];
  const [ada1, ada2] = [await world.connect(ada), await world.connect(ada)];
  const [bo1, bo2] = [await world.connect(bo), await world.connect(bo)];
  const stranger = await world.connect(cy);
  for (let i = 1; i <= 30; i++) {
    ada1.send({ type: "send", clientId: `m${i}`, receiverId: bo.id, content: `hello ${i}` });
  }
  const devices = [ada1, ada2, bo1, bo2];
  for (const device of devices) await device.waitFor("message", 30);
  await ada1.waitFor("ack", 30);
  for (const device of devices) {
    await device.roundTrip();
    assert.deepEqual(
      device.of("message").map(({ message }) => [message.seq, message.content]),
      Array.from({ length: 30 }, (_, i) => [i + 1, `hello ${i + 1}`]),
    );
  }
  assert.deepEqual(
    ada1.of("ack").map(({ clientId }) => clientId),
    Array.from({ length: 30 }, (_, i) => `m${i + 1}`),
  );
  await stranger.roundTrip();
  assert.equal(stranger.of("message").length, 0);
});
