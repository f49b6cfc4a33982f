import assert from "node:assert/strict";
import { AppError } from "../../shared/errors.ts";
import { settle, until } from "../../testing/fake_clock.ts";
import type { KvFaults } from "../../testing/faulty_kv.ts";
import { range, record, send, stored, withJournals } from "../../testing/journal_world.ts";
import { CONVERSATION_SHARDS, keys } from "../keys.ts";
import type { JournalOperation } from "./types.ts";

Deno.test("a batch beyond 800 KB is split and loses nothing", () =>
  withJournals(async ({ open, kv }) => {
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
  withJournals(async ({ open, kv }) => {
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
  withJournals(async ({ open, kv }) => {
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
  withJournals(async ({ open }) => {
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
  withJournals(async ({ open, clock }) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => release = resolve);
    const faults: KvFaults = {};
    const journal = open({ faults });
    await journal.commit(send("c", "first"));
    let isHeld = false;
    faults.commit = async (commit) => {
      isHeld = true;
      await held;
      return await commit();
    };
    const first = journal.commit(send("c", "held"));
    first.catch(() => {});
    await until(() => isHeld, "the first one is on its way");
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
  withJournals(async ({ open }) => {
    const journal = open({ faults: { commit: () => Promise.reject(new Error("down")) } });
    await assert.rejects(journal.commit(send("c", "a")), { code: "unavailable", retryAfter: 2 });
  }));

Deno.test("close writes what is queued and refuses what comes later", () =>
  withJournals(async ({ open, kv }) => {
    const journal = open();
    const work = range(300).map((i) => journal.commit(send("c", `m${i}`)));
    await journal.close();
    await Promise.all(work);
    assert.equal((await stored(kv, "c")).length, 300);
    await assert.rejects(journal.commit(send("c", "late")), { code: "unavailable" });
  }));

Deno.test("log rows that expired before they were read are told as a gap", () =>
  withJournals(async ({ open, kv, clock }) => {
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
  withJournals(async ({ open, clock }) => {
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

Deno.test("a journal that never got to the store closes, and refuses what waited for it", () =>
  withJournals(async ({ open, clock }) => {
    for (const isExclusive of [true, false]) {
      const faults: KvFaults = { getMany: () => Promise.reject(new Error("away")) };
      const journal = open({ faults, isExclusive });
      const waiting = assert.rejects(journal.commit(send("c", "a")), { code: "unavailable" });
      await settle();
      let isClosed = false;
      const closed = journal.close().then(() => isClosed = true);
      await until(async () => {
        await clock.advance(100);
        return isClosed;
      }, "it is closed");
      await Promise.all([closed, waiting]);
    }
  }));
