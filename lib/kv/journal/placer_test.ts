import assert from "node:assert/strict";
import fc from "fast-check";
import { createFakeClock } from "../../testing/fake_clock.ts";
import { createLogger } from "../../shared/logger.ts";
import { keys } from "../keys.ts";
import { Backlog } from "./backlog.ts";
import type { Head } from "./log_row.ts";
import { Placer } from "./placer.ts";
import type { Write } from "./view.ts";

const PREFIXES = 8;
const PARTS = 60;

/** Rows of one log, each `[prefix, part]`, in the order in which they are written, some in one row. */
const writes = fc.array(
  fc.tuple(fc.nat(PREFIXES - 1), fc.nat(PARTS - 1), fc.boolean()),
  { minLength: 1, maxLength: 900 },
);

Deno.test("R1 what the mark says is in its place is there, after each write of the placer", async () => {
  await fc.assert(
    fc.asyncProperty(writes, async (all) => {
      const kv = await Deno.openKv(":memory:");
      const log = createLogger("error");
      const backlog = new Backlog(0);
      let commits = 0;
      const watched = new Proxy(kv, {
        get(target, name) {
          if (name !== "atomic") {
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === "function" ? value.bind(target) : value;
          }
          return () => {
            const atomic = target.atomic();
            const commit = atomic.commit.bind(atomic);
            atomic.commit = async () => {
              const result = await commit();
              commits++;
              await check();
              return result;
            };
            return atomic;
          };
        },
      });
      const clock = createFakeClock();
      const placer = new Placer({ kv: watched, backlog, clock, log, undelivered: () => Infinity });
      /** By log row: what it wrote. */
      const written: { key: Deno.KvKey; n: number }[] = [];

      async function check() {
        const mark = (await kv.get<Head>(keys.placed(0))).value?.n ?? 0;
        const newest = new Map<string, { key: Deno.KvKey; n: number }>();
        for (const row of written) if (row.n <= mark) newest.set(row.key.join(" "), row);
        for (const { key, n } of newest.values()) {
          const stored = (await kv.get<number>(key)).value ?? -1;
          assert.ok(stored >= n, `${key.join(" ")} has ${stored}, the mark is beyond ${n}`);
        }
      }

      try {
        await placer.start();
        let n = 1;
        for (const [prefix, part, isNext] of all) {
          if (isNext) n++;
          const key = ["message", `c${prefix}`, part];
          const write: Write = {
            key,
            value: n,
            expireIn: undefined,
            bytes: 100,
            keyBytes: 0,
            read: false,
            late: undefined,
          };
          backlog.add(n, [[key.join("\n"), write]]);
          written.push({ key, n });
        }
        await placer.flush();
        assert.equal(backlog.size, 0);
        assert.equal((await kv.get<Head>(keys.placed(0))).value?.n, n);
        const rows = new Set(written.map(({ key }) => key.join(" "))).size;
        assert.ok(commits - 1 >= Math.ceil(rows / 600), `${rows} rows in ${commits} writes`);
      } finally {
        placer.close();
        kv.close();
      }
    }),
    { numRuns: 15 },
  );
});

Deno.test("rows that lie beside each other are placed in one write, the oldest first", async () => {
  const kv = await Deno.openKv(":memory:");
  const backlog = new Backlog(0);
  const sizes: number[] = [];
  const clock = createFakeClock();
  const log = createLogger("error");
  const placer = new Placer({ kv, backlog, clock, log, undelivered: () => Infinity });
  try {
    await placer.start();
    // Forty conversations take turns: by age alone, each write would touch all of them.
    for (let n = 1; n <= 800; n++) {
      const key = ["message", `c${n % 40}`, n];
      backlog.add(n, [[key.join("\n"), {
        key,
        value: n,
        expireIn: undefined,
        bytes: 100,
        keyBytes: 0,
        read: false,
        late: undefined,
      }]]);
    }
    const original = backlog.placed.bind(backlog);
    backlog.placed = (rows) => {
      // Writes without rows let go of the log.
      if (rows.length > 0) sizes.push(new Set(rows.map(({ key }) => key[1])).size);
      original(rows);
    };
    await placer.flush();
    assert.deepEqual(sizes, Array.from({ length: 8 }, () => 5));
  } finally {
    placer.close();
    kv.close();
  }
});
