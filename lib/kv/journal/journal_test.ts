import assert from "node:assert/strict";
import fc from "fast-check";
import { settle, until } from "../../testing/fake_clock.ts";
import type { KvFaults } from "../../testing/faulty_kv.ts";
import { range, record, send, stored, withJournals } from "../../testing/journal_world.ts";
import { keys } from "../keys.ts";

Deno.test("R1 a commit that resolved is in the store", () =>
  withJournals(async ({ open, kv }) => {
    const journal = open();
    assert.deepEqual(await journal.commit(send("c", "a")), { seq: 1, created: true });
    assert.deepEqual(await stored(kv, "c"), [[1, "a"]]);
  }));

Deno.test("R2 concurrent sends get seqs without gap or repeat, in the order they were made", () =>
  withJournals(async ({ open, kv }) => {
    const journal = open();
    const { of } = record(journal);
    const answers = await Promise.all(
      range(700).map((i) => journal.commit(send("c", `m${i}`))),
    );
    assert.deepEqual(answers.map(({ seq }) => seq), range(700));
    assert.deepEqual(of("c").map(({ seq }) => seq), range(700));
    assert.equal((await stored(kv, "c")).length, 700);
  }));

Deno.test("R3 a hundred concurrent retries make one message, and each answer is the original", () =>
  withJournals(async ({ open, kv }) => {
    const journal = open();
    const answers = await Promise.all(range(100).map(() => journal.commit(send("c", "same"))));
    assert.deepEqual(new Set(answers.map(({ seq }) => seq)), new Set([1]));
    assert.equal(answers.filter(({ created }) => created).length, 1);
    assert.equal((await stored(kv, "c")).length, 1);
  }));

Deno.test("R3 a retry that this server has never seen finds the original", () =>
  withJournals(async ({ open }) => {
    await open().commit(send("c", "old"));
    const other = open();
    const [retry, fresh] = await Promise.all([
      other.commit(send("c", "old")),
      other.commit(send("c", "new")),
    ]);
    assert.deepEqual(retry, { seq: 1, created: false });
    assert.deepEqual(fresh, { seq: 2, created: true });
  }));

for (const maxChecks of [100, 10]) {
  Deno.test(`R2 R3 two servers that race on a store with ${maxChecks} checks keep order and dedupe`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            server: fc.integer({ min: 0, max: 1 }),
            conversation: fc.constantFrom("c", "d", "e"),
            clientId: fc.integer({ min: 1, max: 12 }),
            pause: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        (sends) =>
          withJournals(async ({ open, kv, clock }) => {
            const servers = [open({ maxChecks }), open({ maxChecks })] as const;
            const heard = servers.map(record);
            const work: Promise<{ seq: number }>[] = [];
            const wanted = new Map<string, Set<string>>();
            for (const { server, conversation, clientId, pause } of sends) {
              const id = `${conversation}${clientId}`;
              wanted.set(conversation, (wanted.get(conversation) ?? new Set()).add(id));
              work.push(
                servers[server]!.commit(
                  send(conversation, id, { shard: "cde".indexOf(conversation) }),
                ),
              );
              if (pause) await Promise.resolve();
            }
            await Promise.all(work);
            for (const [conversation, ids] of wanted) {
              const rows = await stored(kv, conversation);
              assert.deepEqual(rows.map(([seq]) => seq), range(ids.size));
              assert.deepEqual(new Set(rows.map(([, id]) => id)), ids);
              for (const { of } of heard) {
                await until(async () => {
                  await clock.advance(2000);
                  return of(conversation).length >= ids.size;
                }, "every server hears every event");
                assert.deepEqual(
                  of(conversation).map(({ seq, clientId }) => [seq, clientId]),
                  rows,
                );
              }
            }
          }),
      ),
      { numRuns: 15 },
    ));
}

Deno.test("another server hears events through the watch, without any poll", () =>
  withJournals(async ({ open }) => {
    const [one, two] = [open(), open()];
    const { events } = record(two);
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    await one.commit(send("c", "a"));
    await until(() => events.length === 1, "the watch rings");
    assert.equal(events[0]!.own, false);
  }));

Deno.test("R11 a lost doorbell is repaired by the poll", () =>
  withJournals(async ({ open, clock }) => {
    const one = open();
    const two = open({ faults: { deafWatch: true } });
    const { of } = record(two);
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    await one.commit(send("c", "a"));
    await one.commit(send("c", "b"));
    await settle();
    assert.equal(of("c").length, 0);
    await clock.advance(2000);
    await until(() => of("c").length === 2, "the poll repairs it");
    assert.deepEqual(of("c").map(({ seq }) => seq), [1, 2]);
  }));

Deno.test("R11 a watch that fell silent is opened anew", () =>
  withJournals(async ({ open, clock }) => {
    const faults: KvFaults = { deafWatch: true };
    const one = open();
    const two = open({ faults });
    const { of } = record(two);
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    faults.deafWatch = false;
    await one.commit(send("c", "a"));
    await until(async () => {
      await clock.advance(1500);
      return of("c").length === 1;
    }, "the poll finds it, and so that the watch is deaf");
    await clock.advance(6000);
    await one.commit(send("c", "b"));
    await until(() => of("c").length === 2, "the new watch rings");
  }));

const lies: Record<string, KvFaults["commit"]> = {
  "throws after it took effect": async (commit) => {
    await commit();
    throw new Error("connection reset");
  },
  "reports ok: false after it took effect": async (commit) => {
    await commit();
    return { ok: false };
  },
  "throws before it took effect": () => Promise.reject(new Error("connection refused")),
};
for (const [name, lie] of Object.entries(lies)) {
  Deno.test(`R1 R3 a commit that ${name} makes one message and one event`, () =>
    withJournals(async ({ open, kv }) => {
      const faults: KvFaults = {};
      const journal = open({ faults });
      const { of } = record(journal);
      await journal.commit(send("c", "first"));
      let lied = 0;
      faults.commit = (commit) => lied++ % 2 === 0 ? lie!(commit) : commit();
      const answers = await Promise.all(["a", "b", "a"].map((id) => journal.commit(send("c", id))));
      assert.deepEqual(answers.map(({ seq }) => seq), [2, 3, 2]);
      assert.deepEqual(await stored(kv, "c"), [[1, "first"], [2, "a"], [3, "b"]]);
      await until(() => of("c").length === 3, "the events arrive");
      assert.deepEqual(of("c").map(({ seq }) => seq), [1, 2, 3]);
      assert.ok(lied > 0);
    }));
}

Deno.test("R3 an operation without a dedupe row is not done twice when its commit lies", () =>
  withJournals(async ({ open, kv }) => {
    const faults: KvFaults = {};
    const journal = open({ faults });
    await journal.commit(send("c", "warm up"));
    let lied = false;
    faults.commit = async (commit) => {
      const result = await commit();
      if (lied) return result;
      lied = true;
      throw new Error("connection reset");
    };
    const key = keys.conversation("counter");
    const count = await journal.commit({
      shard: 0,
      reads: [key],
      apply(view) {
        const next = (view.get<number>(key) ?? 0) + 1;
        view.set(key, next);
        return next;
      },
    });
    assert.equal(count, 1);
    assert.equal((await kv.get(key)).value, 1);
  }));
