/** Two servers on one store whose watches fall silent: the poll repairs what they lose (R11). */
import assert from "node:assert/strict";
import type { KvFaults } from "../../lib/testing/faulty_kv.ts";
import { Cast, pause } from "./support/cast.ts";
import { createGround } from "./support/local_server.ts";
import { faultTest } from "./support/plan.ts";
import { createRunningClock } from "./support/running_clock.ts";

faultTest("R2 R4 R5 R11 watches that fall silent, die, or never ring", async (dice) => {
  const clock = createRunningClock();
  await using ground = await createGround();
  const faults: KvFaults[] = [{ silentWatch: false }, { silentWatch: false }];
  // Two servers that share a store take a KV server's part of the code.
  const servers = [
    await ground.open({ clock, shared: true, faults: faults[0] }),
    await ground.open({ clock, shared: true, faults: faults[1] }),
  ];
  const route = dice.of("route");
  const homes = new Map<string, string>();
  const cast = await Cast.gather({
    dice: dice.of("cast"),
    // No stickiness: each try goes to any server.
    origin: () => route.pick(servers).origin,
    origins: () => servers.map(({ origin }) => origin),
    deviceOrigin(device) {
      const home = homes.get(device) ?? servers[homes.size % 2]!.origin;
      homes.set(device, home);
      return home;
    },
  });
  try {
    let over = false;
    const acting = cast.act(() => over);
    const plan = dice.of("faults");
    for (let i = 0; i < 12; i++) {
      const fault = plan.pick(faults);
      fault.silentWatch = plan.chance(0.7);
      // The watch that is opened in its place may be no better.
      fault.deafWatch = plan.chance(0.3);
      await pause(plan.next() * 400);
    }
    over = true;
    await acting;
    // As they are: silent for good.
    for (const fault of faults) fault.silentWatch = true;
    await cast.steps(60);
    const verdict = await cast.judge();
    assert.ok(verdict.messages > 50, `only ${verdict.messages} messages`);
    for (const fault of faults) fault.silentWatch = fault.deafWatch = false;
    await cast.steps(40);
    await cast.judge();
  } finally {
    await cast.close();
    clock.stop();
  }
});
