/** A store that fails: what is reported of a commit and what became of it are two things. */
import assert from "node:assert/strict";
import { Cast } from "./support/cast.ts";
import { createGround } from "./support/local_server.ts";
import { faultTest } from "./support/plan.ts";
import { createRunningClock } from "./support/running_clock.ts";

faultTest("R1 R2 R3 R4 commits that fail, before and after they took effect", async (dice) => {
  const clock = createRunningClock();
  await using ground = await createGround();
  const fails = { before: 0, after: 0, told: 0 };
  let on = false;
  const server = await ground.open({
    clock,
    shared: dice.chance(0.5),
    faults: {
      async commit(commit) {
        if (!on) return await commit();
        if (dice.chance(0.1)) {
          fails.before++;
          throw new Error("the store threw before the commit");
        }
        const result = await commit();
        if (dice.chance(0.1)) {
          fails.after++;
          throw new Error("the store threw after the commit");
        }
        if (dice.chance(0.1)) {
          fails.told++;
          return { ok: false };
        }
        return result;
      },
      async getMany() {
        if (on && dice.chance(0.03)) throw new Error("the store can't be read");
        await Promise.resolve();
      },
    },
  });
  const cast = await Cast.gather({ dice, origin: () => server.origin });
  try {
    on = true;
    await cast.steps(500);
    on = false;
    const verdict = await cast.judge();
    assert.ok(verdict.messages > 100, `only ${verdict.messages} messages`);
    assert.ok(fails.before > 5 && fails.after > 5 && fails.told > 5, JSON.stringify(fails));
  } finally {
    await cast.close();
    clock.stop();
  }
});
