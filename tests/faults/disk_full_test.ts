/** A disk that is full: sends fail and say so, nothing is lost, and all goes on when there is room. */
import assert from "node:assert/strict";
import { SocketClient } from "../../lib/testing/socket_client.ts";
import { startServer } from "../support/server.ts";
import { Cast } from "./support/cast.ts";
import { settled } from "./support/oracle.ts";
import { type Dice, faultTest } from "./support/plan.ts";
import { Rest, SECRET, tokenOf } from "./support/rest.ts";
import { limitedDisk, mountDisk, type SmallDisk } from "./support/small_disk.ts";

const DISK_BYTES = 48 * 1024 * 1024;

faultTest("R1 R3 a file system without room", async (dice) => {
  const disk = await mountDisk(DISK_BYTES);
  // The other test fills a disk in another way, so nothing is untested where this one can't run.
  if (typeof disk === "string") return console.log(`No file system of our own here: ${disk}`);
  await fillAndRelieve(disk, dice);
});

faultTest("R1 R3 files that may not grow", async (dice) => {
  await fillAndRelieve(await limitedDisk(), dice);
});

async function fillAndRelieve(given: SmallDisk, dice: Dice): Promise<void> {
  await using disk = given;
  await using server = await startServer({
    env: { JWT_SECRET: SECRET, DEMO: "off" },
    dataDir: disk.path,
    within: disk.within,
  });
  const cast = await Cast.gather({ dice: dice.of("cast"), origin: () => server.origin });
  const stranger = new Rest(() => server.origin, "");
  const readiness = async () => (await stranger.once("GET", "ready")).status;
  const token = await tokenOf({ id: "ada" });
  const socket = new SocketClient(`${server.origin.replace("http", "ws")}/api/socket`, { token });
  try {
    await cast.steps(80);
    await cast.settle();
    await disk.fill(server.pid);

    // Larger than what a file has room for between two of its pages.
    const content = (name: string) => `${name} ${"x".repeat(4900)}`;
    socket.send({ type: "send", clientId: "full", receiverId: "bo", content: content("socket") });
    // A write is given up after ten seconds.
    const patient = new Rest(() => server.origin, token, 60_000);
    const refused = await patient
      .once("POST", "messages", { receiverId: "bo", content: content("REST"), clientId: "full-2" });
    assert.deepEqual([refused.status, refused.json.error.code], [503, "unavailable"]);
    await settled(() => socket.of("error").length > 0 ? null : "the send is not answered");
    assert.deepEqual(socket.of("error").map(({ code }) => code), ["unavailable"]);
    assert.deepEqual(socket.of("ack"), []);
    await settled(async () => await readiness() === 503 ? null : "/api/ready says nothing of it");
    // What needs no room goes on.
    assert.equal((await stranger.once("GET", "health")).status, 200);
    assert.equal((await cast.rest("bo").once("GET", "messages/conversations")).status, 200);
    // People write and read on: it waits in their devices.
    for (const device of cast.devices) {
      device.say(dice.pick(device.targets));
      for (const target of device.targets) device.read(target);
    }

    // A crash on top of it, or not.
    const crashes = dice.chance(0.5);
    if (crashes) await server.kill();
    await disk.relieve(server.pid);
    if (crashes) await server.start();
    await settled(async () => await readiness() === 200 ? null : "/api/ready stays 503");
    for (const name of ["full", "full-2"]) {
      // Nobody knows what became of them: they are sent again under their names.
      const by = name === "full" ? "socket" : "REST";
      const target = { kind: "person" as const, id: "bo" };
      cast.ledger.said("ada", { device: by, target, content: content(by), ordered: false });
      const { status, json } = await cast.rest("ada")
        .ask("POST", "messages", { receiverId: "bo", content: content(by), clientId: name });
      assert.ok(status === 200 || status === 201);
      cast.ledger.acked("ada", json.data);
    }
    await cast.steps(40);
    await cast.judge();
  } finally {
    await socket.close();
    await cast.close();
  }
}
