/** A network that breaks, freezes and stutters between each device and its server. */
import assert from "node:assert/strict";
import { Cast, pause } from "./support/cast.ts";
import { shuffledFrames } from "./support/frame_faults.ts";
import { createGround, type Ground } from "./support/local_server.ts";
import { settled } from "./support/oracle.ts";
import { type Dice, faultTest } from "./support/plan.ts";
import { createRunningClock } from "./support/running_clock.ts";
import { TcpProxy } from "./support/tcp_proxy.ts";

/** Of the devices' clocks: a heartbeat takes 1.5 s, and a dead peer is noticed after 4.5 s. */
const SPEED = 10;

/** A server, and people each of whose devices reaches it through a proxy of its own. */
async function behindProxies(ground: Ground, dice: Dice) {
  const clock = createRunningClock();
  const server = await ground.open({ clock });
  const proxies = new Map<string, TcpProxy>();
  const proxyOf = (device: string) => {
    const known = proxies.get(device) ?? new TcpProxy(dice.of(device), () => server.port);
    proxies.set(device, known);
    return known;
  };
  const cast = await Cast.gather({
    dice: dice.of("cast"),
    origin: () => server.origin,
    deviceOrigin: (device) => proxyOf(device).origin,
    clock: () => createRunningClock({ speed: SPEED }),
  });
  return {
    server,
    cast,
    proxyOf,
    all: [...proxies.values()],
    async [Symbol.asyncDispose]() {
      for (const proxy of proxies.values()) await proxy[Symbol.asyncDispose]();
      await cast.close();
      clock.stop();
    },
  };
}

faultTest("R2 R3 R4 R5 connections that are cut, refused, delayed and split", async (dice) => {
  await using ground = await createGround();
  await using world = await behindProxies(ground, dice);
  const { cast, all } = world;
  let over = false;
  const acting = cast.act(() => over);
  const faults = dice.of("faults");
  for (let i = 0; i < 40; i++) {
    const proxy = faults.pick(all);
    const what = faults.next();
    if (what < 0.4) proxy.cut();
    else if (what < 0.5) { for (const each of all) each.cut(); }
    else if (what < 0.6) {
      proxy.refusing = true;
      proxy.cut();
    } else if (what < 0.75) proxy.pieceBytes = 1 + faults.below(40);
    else if (what < 0.9) proxy.delayMs = faults.next() * 20;
    else proxy.freeze(faults.pick(["up", "down"]));
    await pause(faults.next() * 150);
    if (faults.chance(0.6)) proxy.heal();
  }
  for (const proxy of all) proxy.heal();
  over = true;
  await acting;
  const verdict = await cast.judge();
  assert.ok(verdict.messages > 50, `only ${verdict.messages} messages`);
  const opened = cast.devices.reduce((sum, device) => sum + device.opened, 0);
  assert.ok(opened > cast.devices.length * 2, `only ${opened} sockets were opened`);
});

faultTest("R5 half-open connections are given up after three heartbeats", async (dice) => {
  await using ground = await createGround();
  await using world = await behindProxies(ground, dice);
  const { cast, all, proxyOf } = world;
  await cast.steps(60);
  await cast.settle();
  const before = cast.devices.map((device) => device.opened);
  // One direction each, or both: none of the ends is told.
  cast.devices.forEach(({ name }, i) => {
    proxyOf(name).freeze(...([["up"], ["down"], ["up", "down"]] as const)[i % 3]!);
  });
  await cast.steps(60);
  await settled(() => {
    const dead = cast.devices.find((device, i) => device.opened <= before[i]!);
    return dead ? `${dead.name} has not noticed` : null;
  });
  // The old ones are still there, frozen, while the new ones work.
  await cast.judge();
  for (const proxy of all) proxy.thaw();
  await cast.steps(40);
  await cast.judge();
});

faultTest("R2 R3 R4 frames that come twice, late and in another order", async (dice) => {
  const clock = createRunningClock();
  await using ground = await createGround();
  const server = await ground.open({ clock });
  let on = true;
  const cast = await Cast.gather({
    dice: dice.of("cast"),
    origin: () => server.origin,
    faults: (device) => shuffledFrames(dice.of(device), () => on),
  });
  try {
    await cast.steps(400);
    on = false;
    const verdict = await cast.judge();
    assert.ok(verdict.messages > 100, `only ${verdict.messages} messages`);
  } finally {
    await cast.close();
    clock.stop();
  }
});
