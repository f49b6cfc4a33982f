/** kill -9 at random points of a real process on a real file, while everybody goes on. */
import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { Cast, pause } from "./support/cast.ts";
import { type Dice, faultTest, LONG } from "./support/plan.ts";
import { SECRET } from "./support/rest.ts";

/** In the long form the oracle is asked in between as well, so that a fault shows near its kill. */
const [ROUNDS, KILLS_A_ROUND] = LONG ? [20, 50] : [1, 22];
/** A start takes half a second or so: this often the kill comes in the middle of it. */
const DURING_START = 0.15;
const START_MS = 700;
const RUN_MS = 350;

faultTest(
  `R1 R2 R3 R4 R5 R6 ${ROUNDS * KILLS_A_ROUND} times kill -9, at any point of a server's life`,
  async (dice) => {
    await using server = await startServer({ env: { JWT_SECRET: SECRET, DEMO: "off" } });
    const cast = await Cast.gather({ dice: dice.of("cast"), origin: () => server.origin });
    const kills = dice.of("kills");
    const began = performance.now();
    try {
      for (let round = 1; round <= ROUNDS; round++) {
        await killOften(server, cast, kills);
        const verdict = await cast.judge();
        assert.ok(verdict.messages > round * KILLS_A_ROUND, `only ${verdict.messages} messages`);
        if (LONG) {
          const seconds = Math.round((performance.now() - began) / 1000);
          console.log(`${round * KILLS_A_ROUND} kills, ${seconds} s: ${JSON.stringify(verdict)}`);
        }
      }
      const [first] = cast.devices;
      assert.ok(first && first.opened > KILLS_A_ROUND / 2, "sockets were cut");
    } finally {
      await cast.close();
    }
  },
);

async function killOften(
  server: Awaited<ReturnType<typeof startServer>>,
  cast: Cast,
  dice: Dice,
): Promise<void> {
  let over = false;
  const acting = cast.act(() => over);
  try {
    for (let kill = 0; kill < KILLS_A_ROUND; kill++) {
      await pause(dice.next() * RUN_MS);
      await server.kill();
      if (dice.chance(DURING_START)) {
        server.spawn();
        await pause(dice.next() * START_MS);
        await server.kill();
      }
      await server.start();
      // Somebody presses "try again": the wait that doubles is for outages longer than these.
      for (const device of cast.devices) device.retryNow();
    }
  } finally {
    over = true;
    await acting;
  }
}
