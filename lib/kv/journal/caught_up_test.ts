import assert from "node:assert/strict";
import { record, send, withJournals } from "../../testing/journal_world.ts";

Deno.test("R1 who has caught up has heard what another server has answered, watch or no watch", async () => {
  await withJournals(async ({ open }) => {
    const one = open({ maxChecks: 10 });
    const two = open({ maxChecks: 10, faults: { deafWatch: true } });
    const heard = record(two);
    await two.caughtUp();
    for (let i = 1; i <= 20; i++) {
      await one.commit(send("c", `m${i}`, { shard: i % 9 }));
      assert.equal(heard.events.length, i - 1, "nothing has rung yet");
      await Promise.all([two.caughtUp(), two.caughtUp(), two.caughtUp()]);
      assert.equal(heard.events.length, i);
    }
  });
});

Deno.test("R10 a store that fails keeps nobody waiting for what it does not tell", async () => {
  await withJournals(async ({ open }) => {
    const faults = { getMany: undefined as (() => Promise<void>) | undefined };
    const journal = open({ maxChecks: 10, faults });
    await journal.caughtUp();
    faults.getMany = () => Promise.reject(new Error("away"));
    await journal.caughtUp();
    delete faults.getMany;
    await journal.caughtUp();
  });
});
