import assert from "node:assert/strict";
import fc from "fast-check";
import { type FakeClock, until } from "../../testing/fake_clock.ts";
import type { KvFaults } from "../../testing/faulty_kv.ts";
import { range, record, send, stored, withJournals } from "../../testing/journal_world.ts";
import { keys } from "../keys.ts";
import type { Journal, JournalOperation } from "./types.ts";

const isExclusive = true;

/** What a journal sees of a conversation. */
async function seen(journal: Journal, conversation: string): Promise<[number, string][]> {
  const rows = await journal.rows.list<{ clientId: string }>(keys.messages(conversation));
  return rows.map(({ part, value }) => [Number(part), value.clientId]);
}

/** Nothing reaches the store any more: what a process that was killed leaves is there already. */
function kill(faults: KvFaults): void {
  faults.commit = () => Promise.reject(new Error("killed"));
}

/** What `work` resolves to, while the time goes on. */
async function advanced<T>(clock: FakeClock, work: Promise<T>, step = 20): Promise<T> {
  let isDone = false;
  const done = work.finally(() => isDone = true);
  done.catch(() => {});
  await until(async () => {
    await clock.advance(step);
    return isDone;
  }, "the work is done");
  return await done;
}

async function countOf(kv: Deno.Kv, prefix: Deno.KvKey): Promise<number> {
  let count = 0;
  for await (const _ of kv.list({ prefix })) count++;
  return count;
}

Deno.test("R1 a commit of a store's only process is one log row, and is read at once", () =>
  withJournals(async ({ open, kv }) => {
    const journal = open({ isExclusive });
    await Promise.all(range(20).map((i) => journal.commit(send("c", `m${i}`))));
    assert.deepEqual(await stored(kv, "c"), []);
    assert.equal((await seen(journal, "c")).length, 20);
    assert.deepEqual(await journal.rows.getRows([keys.conversation("c")]), [20]);
    const some = await journal.rows.list<{ clientId: string }>(keys.messages("c"), {
      from: 5,
      to: 7,
    });
    assert.deepEqual(some.map(({ part }) => part), [5, 6, 7]);
  }));

Deno.test("rows are put in their places a moment later, and the log rows let go", () =>
  withJournals(async ({ open, kv, clock }) => {
    const journal = open({ isExclusive });
    for (const i of range(5)) await journal.commit(send("c", `m${i}`));
    assert.equal(await countOf(kv, ["log", 0]), 5);
    await until(async () => {
      await clock.advance(500);
      return await countOf(kv, ["log", 0]) === 0;
    }, "the log is empty");
    assert.deepEqual(await stored(kv, "c"), range(5).map((i) => [i, `m${i}`]));
    assert.deepEqual(await seen(journal, "c"), range(5).map((i) => [i, `m${i}`]));
    assert.deepEqual((await kv.get(keys.placed(0))).value, { n: 5 });
    assert.equal((await kv.get(keys.sent("ada", "m3"))).value, 3);
  }));

Deno.test("a row that is deleted is gone at once, before and after it is placed", () =>
  withJournals(async ({ open, kv, clock }) => {
    const journal = open({ isExclusive });
    const key = keys.member("r", "ada");
    await journal.commit({ shard: 0, reads: [], apply: (view) => view.set(key, { role: "x" }) });
    await until(async () => {
      await clock.advance(500);
      return (await kv.get(key)).value !== null;
    }, "it is placed");
    await journal.commit({ shard: 0, reads: [], apply: (view) => view.delete(key) });
    assert.deepEqual(await journal.rows.getRows([key]), [null]);
    assert.deepEqual(await journal.rows.list(keys.members("r")), []);
    await journal.close();
    assert.equal((await kv.get(key)).value, null);
  }));

Deno.test("R1 R3 what a killed process left in the log is there after the start, once", () =>
  withJournals(async ({ open, kv }) => {
    const faults: KvFaults = {};
    const before = open({ isExclusive, faults });
    await Promise.all(range(30).map((i) => before.commit(send("c", `m${i}`))));
    kill(faults);
    assert.deepEqual(await stored(kv, "c"), []);

    const after = open({ isExclusive });
    assert.deepEqual(await after.commit(send("c", "m7")), { seq: 7, created: false });
    assert.deepEqual(await after.commit(send("c", "new")), { seq: 31, created: true });
    assert.equal((await seen(after, "c")).length, 31);
    await after.close();
    assert.equal((await stored(kv, "c")).length, 31);
  }));

Deno.test("R1 a server that shares the store later puts what was left in its place first", () =>
  withJournals(async ({ open, kv, clock }) => {
    const faults: KvFaults = {};
    const before = open({ isExclusive, faults });
    await Promise.all(range(400).map((i) => before.commit(send("c", `m${i}`))));
    kill(faults);

    const servers = [open({ maxChecks: 10 }), open({ maxChecks: 10 })] as const;
    const retries = servers.map((server) => server.commit(send("c", "m9")));
    // One of them is faster, and the other one looks again.
    const answers = await advanced(clock, Promise.all(retries));
    assert.deepEqual(answers, [{ seq: 9, created: false }, { seq: 9, created: false }]);
    assert.equal((await kv.get(keys.placed(0))).value, null);
    assert.deepEqual(await servers[0].commit(send("c", "new")), { seq: 401, created: true });
    assert.equal((await stored(kv, "c")).length, 401);
  }));

Deno.test("a store that servers shared before is gone on with by one process alone", () =>
  withJournals(async ({ open, kv }) => {
    const shared = open({ maxChecks: 10 });
    await Promise.all(range(20).map((i) => shared.commit(send("c", `m${i}`))));
    await shared.close();
    const journal = open({ isExclusive });
    assert.deepEqual(await journal.commit(send("c", "m4")), { seq: 4, created: false });
    assert.deepEqual(await journal.commit(send("c", "new")), { seq: 21, created: true });
    assert.equal((await seen(journal, "c")).length, 21);
    await journal.close();
    assert.equal((await stored(kv, "c")).length, 21);
  }));

Deno.test("R3 who sends much is known: retries are found, placed or not, known or read", () =>
  withJournals(async ({ open, clock }) => {
    const journal = open({ isExclusive });
    for (const i of range(40)) {
      await journal.commit(send("c", `m${i}`));
      if (i % 10 === 0) await clock.advance(500);
    }
    for (const i of range(40)) {
      assert.deepEqual(await journal.commit(send("c", `m${i}`)), { seq: i, created: false });
    }
  }));

Deno.test("R3 a dedupe row that is in its place at once is found, too, whatever fails meanwhile", () =>
  withJournals(async ({ open }) => {
    const faults: KvFaults = {};
    const journal = open({ isExclusive, faults });
    // Such rows expire, so they can't follow the log.
    const once = (key: string): JournalOperation<boolean> => {
      const dedupe = keys.idempotency("ada", key);
      return {
        shard: 9,
        reads: [],
        absent: [dedupe],
        apply(view) {
          if (view.get(dedupe) !== null) return false;
          view.set(dedupe, 1, { expireIn: 60_000 });
          view.emit({ type: "once" });
          return true;
        },
      };
    };
    for (const i of range(20)) assert.equal(await journal.commit(once(`k${i}`)), true);
    for (const i of range(20)) {
      faults.commit = async (commit) => {
        delete faults.commit;
        await commit();
        throw new Error("after");
      };
      assert.equal(await journal.commit(once(`n${i}`)), true);
      assert.equal(await journal.commit(once(`n${i}`)), false, `n${i} is made twice`);
    }
  }));

Deno.test("R10 a full backlog lets commits wait until rows are in their places", () =>
  withJournals(async ({ open, kv }) => {
    const journal = open({ isExclusive });
    const text = "x".repeat(30_000);
    for (let i = 0; i < 30; i++) {
      const writes = range(50).map((j) => journal.commit(send("c", `m${i}.${j}`, { text })));
      await Promise.all(writes);
    }
    // 45 MB went through, 32 MB fit: the clock stands still, so nothing else has placed them.
    assert.ok((await stored(kv, "c")).length > 0);
    assert.equal((await seen(journal, "c")).length, 1500);
  }));

Deno.test("R10 a backlog that can't be placed takes no more: unavailable, until it can", () =>
  withJournals(async ({ open, kv, clock }) => {
    let isStuck = false;
    // Somebody else moves the mark all the time, which is what the placer checks.
    const commit: KvFaults["commit"] = async (commit) => {
      if (isStuck) await kv.set(keys.placed(0), { n: 0 });
      return await commit();
    };
    const journal = open({ isExclusive, faults: { commit } });
    const text = "x".repeat(30_000);
    await journal.commit(send("c", "first"));
    isStuck = true;
    // 34 MB: the last ones begin while there is room.
    for (const i of range(56)) {
      const writes = range(20).map((j) => journal.commit(send("c", `m${i}.${j}`, { text })));
      await Promise.all(writes);
    }
    const refused = journal.commit(send("c", "late"));
    await advanced(clock, refused.catch(() => {}), 1000);
    await assert.rejects(refused, { code: "unavailable" });
    isStuck = false;
    const answer = await advanced(clock, journal.commit(send("c", "late")));
    assert.deepEqual(answer, { seq: 1122, created: true });
    await journal.close();
    assert.equal((await stored(kv, "c")).length, 1122);
  }));

Deno.test("R1 R2 R3 R4 commits that fail before or after they took effect, and kills, lose nothing", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          id: fc.integer({ min: 1, max: 15 }),
          conversation: fc.constantFrom("c", "d"),
          fails: fc.constantFrom("no", "no", "no", "before", "after", "told"),
          then: fc.constantFrom("go", "go", "go", "wait", "place", "kill"),
        }),
        { maxLength: 40 },
      ),
      (steps) =>
        withJournals(async ({ open, kv, clock }) => {
          let fails = "no";
          const start = () => {
            const faults: KvFaults = {
              commit: async (commit) => {
                const now = fails;
                fails = "no";
                if (now === "before") throw new Error("before");
                const result = await commit();
                if (now === "after") throw new Error("after");
                return now === "told" ? { ok: false } : result;
              },
            };
            const journal = open({ faults, isExclusive });
            return { journal, faults, heard: record(journal) };
          };
          let server = start();
          const acknowledged = new Map<string, number>();
          const heard = new Map<string, number[]>([["c", []], ["d", []]]);
          const collect = () => {
            for (const [conversation, seqs] of heard) {
              seqs.push(...server.heard.of(conversation).map(({ seq }) => seq));
            }
          };
          let work: Promise<unknown>[] = [];
          for (const { id, conversation, fails: how, then } of steps) {
            fails = how;
            const clientId = `${conversation}${id}`;
            work.push(
              server.journal.commit(send(conversation, clientId)).then(({ seq }) => {
                assert.equal(acknowledged.get(clientId) ?? seq, seq);
                acknowledged.set(clientId, seq);
              }),
            );
            if (then === "go") continue;
            await advanced(clock, Promise.all(work));
            work = [];
            if (then === "place") await clock.advance(600);
            if (then !== "kill") continue;
            kill(server.faults);
            collect();
            server = start();
          }
          fails = "no";
          await advanced(clock, Promise.all(work));
          collect();
          for (const [conversation, seqs] of heard) {
            const rows = await seen(server.journal, conversation);
            assert.deepEqual(rows.map(([seq]) => seq), range(rows.length));
            assert.equal(new Set(rows.map(([, clientId]) => clientId)).size, rows.length);
            for (const [seq, clientId] of rows) assert.equal(acknowledged.get(clientId), seq);
            assert.deepEqual(seqs, range(rows.length));
          }
          await server.journal.close();
          assert.equal(
            (await stored(kv, "c")).length + (await stored(kv, "d")).length,
            acknowledged.size,
          );
        }),
    ),
    { numRuns: 30 },
  ));
