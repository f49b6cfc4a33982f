import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../../shared/errors.ts";
import { silentLogger } from "../../shared/logger.ts";
import { createFakeClock, type FakeClock, settle, until } from "../../testing/fake_clock.ts";
import { faultyKv, type KvFaults } from "../../testing/faulty_kv.ts";
import { CONVERSATION_SHARDS, keys } from "../keys.ts";
import { openStore } from "../store.ts";
import { createJournal } from "./mod.ts";
import type { Journal, JournalEvent, JournalOperation } from "./types.ts";

interface World {
  clock: FakeClock;
  kv: Deno.Kv;
  /** Another server on the same store. */
  open(options?: { faults?: KvFaults; maxChecks?: number }): Journal;
}

async function withWorld(test: (world: World) => Promise<void>): Promise<void> {
  const store = await openStore({ kind: "memory" });
  const clock = createFakeClock();
  const journals: Journal[] = [];
  try {
    await test({
      clock,
      kv: store.kv,
      open({ faults = {}, maxChecks = store.maxChecks } = {}) {
        const journal = createJournal({
          store: { kv: faultyKv(store.kv, faults), maxChecks },
          clock,
          log: silentLogger,
          random: () => 0,
        });
        journals.push(journal);
        return journal;
      },
    });
  } finally {
    for (const journal of journals) await journal.close();
    store.close();
  }
}

/** A message in miniature: the head of a conversation, a dedupe row, a row, an event. */
function send(
  conversation: string,
  clientId: string,
  { shard = 0, text = "" } = {},
): JournalOperation<{ seq: number; created: boolean }> {
  const head = keys.conversation(conversation);
  const dedupe = keys.sent("ada", clientId);
  return {
    shard,
    reads: [head],
    absent: [dedupe],
    apply(view) {
      const sent = view.get<number>(dedupe);
      if (sent !== null) return { seq: sent, created: false };
      const seq = (view.get<number>(head) ?? 0) + 1;
      view.set(head, seq);
      view.set(dedupe, seq);
      view.set(keys.message(conversation, seq), { clientId, text });
      view.emit({ type: "message", conversation, seq, clientId, text } as Said);
      return { seq, created: true };
    },
  };
}
type Said = { type: "message"; conversation: string; seq: number; clientId: string; text: string };

function record(journal: Journal) {
  const events: JournalEvent[] = [];
  journal.listen((batch) => void events.push(...batch));
  return {
    events,
    of: (conversation: string) =>
      events.map(({ payload }) => payload as Said)
        .filter((said) => said.conversation === conversation),
  };
}

async function stored(kv: Deno.Kv, conversation: string): Promise<[number, string][]> {
  const rows: [number, string][] = [];
  for await (
    const { key, value } of kv.list<{ clientId: string }>({
      prefix: keys.messages(conversation),
    })
  ) rows.push([Number(key[2]), value.clientId]);
  return rows;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

Deno.test("R1 a commit that resolved is in the store", () =>
  withWorld(async ({ open, kv }) => {
    const journal = open();
    assert.deepEqual(await journal.commit(send("c", "a")), { seq: 1, created: true });
    assert.deepEqual(await stored(kv, "c"), [[1, "a"]]);
  }));

Deno.test("R2 concurrent sends get seqs without gap or repeat, in the order they were made", () =>
  withWorld(async ({ open, kv }) => {
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
  withWorld(async ({ open, kv }) => {
    const journal = open();
    const answers = await Promise.all(range(100).map(() => journal.commit(send("c", "same"))));
    assert.deepEqual(new Set(answers.map(({ seq }) => seq)), new Set([1]));
    assert.equal(answers.filter(({ created }) => created).length, 1);
    assert.equal((await stored(kv, "c")).length, 1);
  }));

Deno.test("R3 a retry that this server has never seen finds the original", () =>
  withWorld(async ({ open }) => {
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
          withWorld(async ({ open, kv, clock }) => {
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
  withWorld(async ({ open }) => {
    const [one, two] = [open(), open()];
    const { events } = record(two);
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    await one.commit(send("c", "a"));
    await until(() => events.length === 1, "the watch rings");
    assert.equal(events[0]!.own, false);
  }));

Deno.test("R11 a lost doorbell is repaired by the poll", () =>
  withWorld(async ({ open, clock }) => {
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
  withWorld(async ({ open, clock }) => {
    const faults: KvFaults = { deafWatch: true };
    const one = open();
    const two = open({ faults });
    const { of } = record(two);
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    faults.deafWatch = false;
    await one.commit(send("c", "a"));
    for (let i = 0; i < 4; i++) await clock.advance(1500);
    assert.equal(of("c").length, 1);
    await settle();
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
    withWorld(async ({ open, kv }) => {
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
  withWorld(async ({ open, kv }) => {
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

Deno.test("a batch beyond 800 KB is split and loses nothing", () =>
  withWorld(async ({ open, kv }) => {
    const journal = open();
    const { of } = record(journal);
    const text = "ü€".repeat(2500);
    const answers = await Promise.all(
      range(200).map((i) => journal.commit(send("c", `m${i}`, { text }))),
    );
    assert.deepEqual(answers.map(({ seq }) => seq), range(200));
    assert.equal((await stored(kv, "c")).length, 200);
    assert.ok(of("c").every((said) => said.text === text));
  }));

Deno.test("an apply that throws rejects its caller alone, and nothing of it is written", () =>
  withWorld(async ({ open, kv }) => {
    const journal = open();
    const { of } = record(journal);
    const bad = { ...send("c", "bad") };
    const failing: JournalOperation<never> = {
      ...bad,
      apply(view) {
        bad.apply(view);
        throw new AppError("forbidden", "no");
      },
    };
    const [one, two, three] = await Promise.allSettled([
      journal.commit(send("c", "a")),
      journal.commit(failing),
      journal.commit(send("c", "b")),
    ]);
    assert.equal(one.status, "fulfilled");
    assert.equal(two.status === "rejected" && two.reason.code, "forbidden");
    assert.deepEqual(three.status === "fulfilled" && three.value.seq, 2);
    assert.deepEqual(await stored(kv, "c"), [[1, "a"], [2, "b"]]);
    assert.equal(of("c").length, 2);
  }));

Deno.test("a value that the store refuses rejects its caller alone", () =>
  withWorld(async ({ open, kv }) => {
    const journal = open();
    const unstorable = (value: unknown): JournalOperation<void> => ({
      shard: 0,
      reads: [],
      apply: (view) => view.set(keys.demo(), value),
    });
    const results = await Promise.allSettled([
      journal.commit(send("c", "a")),
      journal.commit(unstorable(() => {})),
      journal.commit(unstorable("x".repeat(70_000))),
      journal.commit(send("c", "b")),
    ]);
    assert.deepEqual(results.map(({ status }) => status), [
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    assert.equal((await stored(kv, "c")).length, 2);
  }));

Deno.test("an answer that writes nothing rests on rows that still stand", () =>
  withWorld(async ({ open }) => {
    const [one, two] = [open({ faults: { deafWatch: true } }), open()];
    const key = keys.member("c", "ada");
    const look: JournalOperation<boolean> = {
      shard: 0,
      reads: [key],
      apply: (view) => view.get(key) !== null,
    };
    assert.equal(await one.commit(look), false);
    await two.commit({ shard: 0, reads: [], apply: (view) => view.set(key, {}) });
    assert.equal(await one.commit(look), true);
  }));

Deno.test("R10 a full queue refuses with rate_limited, and what waits too long with unavailable", () =>
  withWorld(async ({ open, clock }) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => release = resolve);
    const faults: KvFaults = {};
    const journal = open({ faults });
    await journal.commit(send("c", "first"));
    faults.commit = async (commit) => {
      await held;
      return await commit();
    };
    const first = journal.commit(send("c", "held"));
    first.catch(() => {});
    await settle();
    const waiting = range(10_000).map((i) => journal.commit(send("c", `m${i}`)));
    const outcomes = Promise.allSettled(waiting);
    await assert.rejects(journal.commit(send("c", "one more")), { code: "rate_limited" });
    await clock.advance(12_000);
    await assert.rejects(first, { code: "unavailable" });
    for (const outcome of await outcomes) {
      assert.equal(outcome.status === "rejected" && outcome.reason.code, "unavailable");
    }
    release();
    faults.commit = undefined;
    // The held commit went through after all: its retry finds it.
    assert.deepEqual(await journal.commit(send("c", "held")), { seq: 2, created: false });
    assert.deepEqual(await journal.commit(send("c", "next")), { seq: 3, created: true });
  }));

Deno.test("a store that keeps failing is given up with unavailable", () =>
  withWorld(async ({ open }) => {
    const journal = open({ faults: { commit: () => Promise.reject(new Error("down")) } });
    await assert.rejects(journal.commit(send("c", "a")), { code: "unavailable", retryAfter: 2 });
  }));

Deno.test("close writes what is queued and refuses what comes later", () =>
  withWorld(async ({ open, kv }) => {
    const journal = open();
    const work = range(300).map((i) => journal.commit(send("c", `m${i}`)));
    await journal.close();
    await Promise.all(work);
    assert.equal((await stored(kv, "c")).length, 300);
    await assert.rejects(journal.commit(send("c", "late")), { code: "unavailable" });
  }));

Deno.test("log rows that expired before they were read are told as a gap", () =>
  withWorld(async ({ open, kv, clock }) => {
    const two = open({ faults: { deafWatch: true } });
    const { of } = record(two);
    const gaps: number[] = [];
    two.onGap((shard) => void gaps.push(shard));
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    const one = open();
    await one.commit(send("c", "a"));
    await one.commit(send("c", "b"));
    await kv.delete(keys.log(0, 1));
    await clock.advance(2000);
    await until(() => of("c").length === 1, "the rest arrives");
    assert.deepEqual(gaps, [0]);
    assert.equal(of("c")[0]!.seq, 2);
  }));

Deno.test("local reaches this server's listeners only, and a listener that throws harms nobody", () =>
  withWorld(async ({ open, clock }) => {
    const [one, two] = [open(), open()];
    one.listen(() => {
      throw new Error("bad listener");
    });
    const here = record(one);
    const there = record(two);
    const local = { frame: "…" };
    await two.commit({ shard: 5, reads: [], apply: () => {} });
    await one.commit({
      shard: CONVERSATION_SHARDS,
      reads: [],
      apply: (view) => view.emit({ type: "x" }, local),
    });
    await until(async () => {
      await clock.advance(2000);
      return there.events.length === 1;
    }, "the other server hears it");
    assert.equal(here.events[0]!.local, local);
    assert.equal(there.events[0]!.local, undefined);
  }));
