import assert from "node:assert/strict";
import fc from "fast-check";
import type { Principal } from "../identity/types.ts";
import { createWorld, type TestPerson, type World } from "../testing/world.ts";

const service: Principal = {
  kind: "service",
  keyId: "k1",
  scopes: ["notifications:send"],
  via: "bearer",
};
/** What is sent is of one of these, in turn. */
const CATEGORIES = ["general", "grades", "announcements"] as const;
const about = { type: "grade", title: "Graded", message: "You passed" };

/** One thing that somebody does; numbers are taken modulo what there is. */
const action = fc.oneof(
  fc.record({ do: fc.constantFrom("personal", "many", "room", "broadcast"), n: fc.nat(2) }),
  fc.record({ do: fc.constantFrom("hide", "show"), n: fc.nat(1) }),
  fc.record({ do: fc.constantFrom("read", "archive"), n: fc.nat(60) }),
  fc.record({
    do: fc.constantFrom("readAll", "readUpTo", "seen", "seenUpTo", "join", "leave"),
    n: fc.nat(5),
  }),
);

/** A notification as the test itself keeps book of it. */
interface Kept {
  id: string;
  seq: number;
  /** Which stay in the room it belongs to; null: it is not the room's. */
  stay: number | null;
  seen: boolean;
  read: boolean;
  archived: boolean;
}

Deno.test("R6 counts and lists match a book kept beside them, after any order of operations", async () => {
  await using world = await createWorld();
  const { notifications, rooms, clock } = world;
  let run = 0;
  let lastSeq = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      run++;
      await clock.advance(10);
      const three = await people(world, `A${run}`, `B${run}`, `C${run}`);
      const [owner, ann] = three as [TestPerson, TestPerson];
      const by = { userId: owner.id, role: "instructor" } as const;
      const room = await rooms.create(by, { name: "Cohort", memberIds: [ann.id] });
      const book: Kept[] = [];
      let [stay, isMember] = [1, true];
      const hidden = new Set<string>();
      const mine = () =>
        book.filter((one) => one.stay === null || (isMember && one.stay === stay)).reverse();
      for (const { do: what, n } of actions) {
        await clock.advance(10);
        const audiences = {
          personal: { userId: ann.id },
          many: { userIds: three.map(({ id }) => id) },
          room: { room: room.id },
          broadcast: { broadcast: true as const },
        };
        if (what in audiences) {
          const audience = audiences[what as keyof typeof audiences];
          const category = CATEGORIES[lastSeq % 3] ?? "general";
          const input = { ...about, category, to: audience };
          const { id } = await notifications.send(service, input, null);
          lastSeq++;
          // What is kept out of the bell as it comes is never in it.
          if (hidden.has(category)) continue;
          // What is sent to the room while she is away is never hers: no stay has the number 0.
          const inRoom = what === "room" ? (isMember ? stay : 0) : null;
          book.push({ id, seq: lastSeq, stay: inRoom, seen: false, read: false, archived: false });
        } else if (what === "read" || what === "archive") {
          const shown = mine().filter(({ archived }) => !archived);
          const one = shown[n % Math.max(1, shown.length)];
          if (!one) continue;
          one.seen = one.read = true;
          if (what === "read") await notifications.markRead(ann.id, one.id);
          else await notifications.archive(ann.id, one.id);
          if (what === "archive") one.archived = true;
        } else if (what === "readAll") {
          for (const one of mine()) one.seen = one.read = true;
          await notifications.markAllRead(ann.id);
        } else if (what === "readUpTo") {
          const upTo = Math.max(0, lastSeq - n);
          for (const one of mine()) if (one.seq <= upTo) one.seen = one.read = true;
          await notifications.markAllRead(ann.id, upTo);
        } else if (what === "seen" || what === "seenUpTo") {
          const upTo = what === "seen" ? undefined : Math.max(0, lastSeq - n);
          for (const one of mine()) if (one.seq <= (upTo ?? lastSeq)) one.seen = true;
          await notifications.markSeen(ann.id, upTo);
        } else if (what === "hide" || what === "show") {
          const category = CATEGORIES[n] ?? "general";
          if (what === "hide") hidden.add(category);
          else hidden.delete(category);
          const categories = { [category]: { bell: what === "show" } };
          await world.services.preferences.setPreferences(ann.id, { categories });
        } else if (what === "join" && !isMember) {
          await rooms.addMember(by, room.id, ann.id);
          [stay, isMember] = [stay + 1, true];
        } else if (what === "leave" && isMember) {
          await rooms.removeMember(by, room.id, ann.id);
          isMember = false;
        }
        await compare(world, ann.id, mine());
      }
    }),
    { numRuns: 25 },
  );
});

async function people(world: World, ...names: string[]): Promise<TestPerson[]> {
  const made: TestPerson[] = [];
  for (const name of names) made.push(await world.person(name));
  return made;
}

/** Compares counts and every list, page by page, with what there should be. */
async function compare(world: World, userId: string, expected: readonly Kept[]): Promise<void> {
  const counts = {
    unreadCount: expected.filter(({ read }) => !read).length,
    unseenCount: expected.filter(({ seen }) => !seen).length,
  };
  assert.deepEqual(await world.notifications.counts(userId), counts);
  // What a resume tells comes out of memory; the second one without any read.
  for (let i = 0; i < 2; i++) {
    const [told] = await world.notifications.missed(userId, Number.MAX_SAFE_INTEGER);
    assert.ok(told?.type === "notification.changed");
    const { unreadCount, unseenCount } = told;
    assert.deepEqual({ unreadCount, unseenCount }, counts, "in memory");
  }
  const filters = {
    all: (one: Kept) => !one.archived,
    unread: (one: Kept) => !one.read,
    archived: (one: Kept) => one.archived,
  };
  for (const filter of ["all", "unread", "archived"] as const) {
    const found: Kept[] = [];
    let before: number | undefined;
    do {
      const page = await world.notifications.list(userId, { filter, limit: 5, before });
      for (const { id, seq, seenAt, readAt, archivedAt } of page.notifications) {
        const stay = expected.find((one) => one.id === id)?.stay ?? null;
        const [seen, read, archived] = [seenAt, readAt, archivedAt].map((at) => at !== null);
        found.push({ id, seq, stay, seen: seen!, read: read!, archived: archived! });
      }
      before = page.before ?? undefined;
    } while (before !== undefined);
    assert.deepEqual(found, expected.filter(filters[filter]));
  }
}
