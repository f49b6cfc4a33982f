/** A reader that stops reading, beside others that do not: it is cut off, and catches up (R10). */
import assert from "node:assert/strict";
import { closeCode } from "../../lib/shared/limits.ts";
import { Cast } from "./support/cast.ts";
import { createGround } from "./support/local_server.ts";
import { settled } from "./support/oracle.ts";
import { faultTest } from "./support/plan.ts";
import { createRunningClock } from "./support/running_clock.ts";
import { TcpProxy } from "./support/tcp_proxy.ts";

/** What the buffers of two stretches of network hold, and more. */
const ENOUGH_BYTES = 64 * 1024 * 1024;
const CONTENT = "文".repeat(4900);

faultTest(
  "R4 R5 R10 a slow reader is closed with 4008, slows nobody, and resumes",
  async (dice) => {
    const clock = createRunningClock();
    await using ground = await createGround();
    const server = await ground.open({ clock });
    await using proxy = new TcpProxy(dice.of("proxy"), () => server.port);
    const cast = await Cast.gather({
      dice: dice.of("cast"),
      origin: () => server.origin,
      deviceOrigin: (device) => device === "bo1" ? proxy.origin : server.origin,
    });
    try {
      await cast.steps(60);
      await cast.settle();
      const slow = cast.devices.find(({ name }) => name === "bo1")!;
      const quick = cast.devices.filter((device) => device !== slow);
      const others = quick.length;
      assert.equal(server.services.hub.size, others + 1);
      proxy.freeze("down");
      const rest = cast.rest("ada");
      let bytes = 0;
      for (let n = 0; server.services.hub.size > others && bytes < ENOUGH_BYTES; n++) {
        await Promise.all(Array.from({ length: 20 }, async (_, i) => {
          const target = { kind: "room" as const, id: cast.roomId };
          const content = `${n}/${i} ${CONTENT}`;
          cast.ledger.said("ada", { device: "ada-rest", target, content, ordered: false });
          const { status, json } = await rest.ask("POST", "messages", {
            conversationId: cast.roomId,
            content,
            clientId: `large-${n}-${i}`,
          });
          assert.equal(status, 201);
          cast.ledger.acked("ada", json.data);
        }));
        bytes += 20 * CONTENT.length * 3;
      }
      assert.equal(server.services.hub.size, others, `it is still served after ${bytes} bytes`);
      // The others have everything while the slow one has nothing and does not know it yet.
      const log = await rest.all<unknown>(
        `messages/conversation/${cast.roomId}?limit=200`,
        "after",
        "0",
      );
      for (const device of quick) {
        await settled(() => {
          const shown = device.shown.get(cast.roomId)?.size ?? 0;
          return shown === log.length ? null : `${device.name} shows ${shown} of ${log.length}`;
        });
      }
      proxy.thaw();
      const verdict = await cast.judge();
      assert.ok(verdict.messages >= log.length);
      assert.deepEqual(slow.browser.closes, [closeCode.tooSlow]);
      for (const { name, browser } of quick) assert.deepEqual(browser.closes, [], name);
    } finally {
      await cast.close();
      clock.stop();
    }
  },
);
